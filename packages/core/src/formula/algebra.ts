import {
  childrenOf,
  type CallExpr,
  type Expr,
  type FunctionName,
  type NumberExpr,
  type PowerExpr,
  type VariableExpr,
} from './expression.ts';
import { functions } from './functions.ts';

/**
 * Makes expressions in simplified form: constants folded, 0 and 1 dropped, sums and products flattened, like terms and powers
 * merged, sorted. Equal expressions made by one algebra are one object.
 *
 * Wherever the plain expression has a finite value, the simplified one has the same (up to rounding). It may have a value in
 * more places: x/x becomes 1.
 */
export interface Algebra {
  number(value: number): Expr;
  variable(index: number, name: string, positive: boolean): Expr;
  sum(terms: readonly Expr[]): Expr;
  product(factors: readonly Expr[]): Expr;
  power(base: Expr, exponent: number): Expr;
  call(name: FunctionName, args: readonly Expr[]): Expr;
  /** The same expression, simplified; `numbers` changes coefficients and constants, `exponents` exponents. */
  rebuild(expr: Expr, numbers?: (value: number) => number, exponents?: (value: number) => number): Expr;
}

const isNumber = (expr: Expr): expr is NumberExpr => expr.kind === 'number';
const isEven = (exponent: number): boolean => exponent % 2 === 0;
const isCall = (expr: Expr, name: FunctionName): expr is CallExpr => expr.kind === 'call' && expr.name === name;

const NEVER_NEGATIVE: ReadonlySet<FunctionName> = new Set<FunctionName>(['abs', 'exp', 'sigmoid', 'softplus', 'lt', 'le', 'eq']);

/** True when an expression has no negative value by its form, given which of its parts have none. */
const neverNegative = (expr: Expr, isNonNegative: (part: Expr) => boolean): boolean => {
  if (expr.kind === 'number') return expr.value >= 0;
  if (expr.kind === 'variable') return expr.positive;
  if (expr.kind === 'power') return isEven(expr.exponent) || isNonNegative(expr.base);
  if (expr.kind !== 'call') return childrenOf(expr).every(isNonNegative);
  if (NEVER_NEGATIVE.has(expr.name)) return true;
  if (expr.name === 'max') return expr.args.some(isNonNegative);
  if (expr.name === 'min') return expr.args.every(isNonNegative);
  return expr.name === 'where' && expr.args.slice(1).every(isNonNegative);
};

const KIND_ORDER: readonly Expr['kind'][] = ['variable', 'power', 'call', 'product', 'sum', 'number'];

export const createAlgebra = (): Algebra => {
  const interned = new Map<string, Expr>();
  const ids = new Map<Expr, number>();
  const firstVariable = new Map<Expr, number>();
  const nonNegative = new Set<Expr>();

  /** True when the expression has no negative value, by its form. */
  const isNonNegative = (expr: Expr): boolean => nonNegative.has(expr);

  const intern = (key: string, make: () => Expr): Expr => {
    const found = interned.get(key);
    if (found !== undefined) return found;
    const expr = make();
    interned.set(key, expr);
    ids.set(expr, ids.size);
    const ownIndex = expr.kind === 'variable' ? expr.index : Infinity;
    firstVariable.set(expr, Math.min(ownIndex, ...childrenOf(expr).map((child) => firstVariable.get(child)!)));
    if (neverNegative(expr, isNonNegative)) nonNegative.add(expr);
    return expr;
  };
  const keyOf = (exprs: readonly Expr[]): string => exprs.map((expr) => ids.get(expr)).join(',');

  /** By column of the first variable, then by kind, then by age. */
  const sorted = (exprs: readonly Expr[]): readonly Expr[] =>
    [...exprs].sort((a, b) => {
      const [first, second] = [firstVariable.get(a)!, firstVariable.get(b)!];
      if (first !== second) return first < second ? -1 : 1;
      return KIND_ORDER.indexOf(a.kind) - KIND_ORDER.indexOf(b.kind) || ids.get(a)! - ids.get(b)!;
    });

  const number = (value: number): Expr =>
    intern(`n${Object.is(value, -0) ? 0 : value}`, () => ({ kind: 'number', value: value + 0 }));

  const variable = (index: number, name: string, positive: boolean): Expr =>
    intern(`v${index},${positive},${name}`, (): VariableExpr => ({ kind: 'variable', index, name, positive }));

  const rawProduct = (factors: readonly Expr[]): Expr => {
    if (factors.length === 1) return factors[0]!;
    return factors.length === 0 ? number(1) : intern(`*${keyOf(factors)}`, () => ({ kind: 'product', factors }));
  };

  /** A term as a number times the rest. */
  const splitTerm = (term: Expr): readonly [number, Expr] => {
    if (isNumber(term)) return [term.value, number(1)];
    if (term.kind !== 'product' || !isNumber(term.factors[0]!)) return [1, term];
    return [term.factors[0].value, rawProduct(term.factors.slice(1))];
  };

  const scaled = (coefficient: number, rest: Expr): Expr => {
    if (coefficient === 1) return rest;
    if (isNumber(rest)) return number(coefficient * rest.value);
    return rawProduct([number(coefficient), ...(rest.kind === 'product' ? rest.factors : [rest])]);
  };

  const sum = (terms: readonly Expr[]): Expr => {
    const coefficients = new Map<Expr, number>();
    for (const term of terms.flatMap((each) => (each.kind === 'sum' ? each.terms : [each]))) {
      const [coefficient, rest] = splitTerm(term);
      coefficients.set(rest, (coefficients.get(rest) ?? 0) + coefficient);
    }
    const rests = sorted([...coefficients.keys()].filter((rest) => coefficients.get(rest) !== 0));
    const merged = rests.map((rest) => scaled(coefficients.get(rest)!, rest));
    if (merged.length === 1) return merged[0]!;
    return merged.length === 0 ? number(0) : intern(`+${keyOf(merged)}`, () => ({ kind: 'sum', terms: merged }));
  };

  const product = (factors: readonly Expr[]): Expr => {
    let coefficient = 1;
    const exponents = new Map<Expr, number>();
    for (const factor of factors.flatMap((each) => (each.kind === 'product' ? each.factors : [each]))) {
      if (isNumber(factor)) {
        coefficient *= factor.value;
      } else {
        const [base, exponent] = factor.kind === 'power' ? [factor.base, factor.exponent] : [factor, 1];
        exponents.set(base, (exponents.get(base) ?? 0) + exponent);
      }
    }
    if (coefficient === 0) return number(0);
    const powers = [...exponents].map(([base, exponent]) => power(base, exponent));
    const isStable = (made: Expr, base: Expr): boolean =>
      (made === base && made.kind !== 'product') || (made.kind === 'power' && made.base === base);
    // A power may turn into something else that merges with its neighbours: |x|² into x², (a·b)¹ into a·b.
    if (![...exponents.keys()].every((base, i) => isStable(powers[i]!, base))) return product([number(coefficient), ...powers]);
    const rest = sorted(powers);
    if (rest.length === 1 && rest[0]!.kind === 'sum')
      return sum(rest[0]!.terms.map((term) => product([number(coefficient), term])));
    return scaled(coefficient, rawProduct(rest));
  };

  const rawPower = (base: Expr, exponent: number): Expr =>
    intern(`^${ids.get(base)},${exponent}`, (): PowerExpr => ({ kind: 'power', base, exponent }));

  const powerOfPower = ({ base, exponent: inner }: PowerExpr, outer: number): Expr =>
    // (x²)^½ is |x|, not x.
    isEven(inner) && !Number.isInteger(outer) ? power(call('abs', [base]), inner * outer) : power(base, inner * outer);

  const power = (base: Expr, exponent: number): Expr => {
    if (exponent === 0) return number(1);
    if (exponent === 1) return base;
    if (isNumber(base) && Number.isFinite(base.value ** exponent)) return number(base.value ** exponent);
    if (base.kind === 'power') return powerOfPower(base, exponent);
    if (base.kind === 'product') {
      const whole = Number.isInteger(exponent);
      const free = base.factors.filter((factor) => whole || isNonNegative(factor));
      const bound = base.factors.filter((factor) => !free.includes(factor));
      if (free.length > 0)
        return product([
          ...free.map((factor) => power(factor, exponent)),
          ...(bound.length > 0 ? [power(rawProduct(bound), exponent)] : []),
        ]);
    }
    if (isCall(base, 'abs') && isEven(exponent)) return power(base.args[0]!, exponent);
    return rawPower(base, exponent);
  };

  const abs = (x: Expr): Expr | undefined => {
    if (isNonNegative(x)) return x;
    if (x.kind === 'product') return product(x.factors.map((factor) => call('abs', [factor])));
    return x.kind === 'power' ? power(call('abs', [x.base]), x.exponent) : undefined;
  };

  /** exp(Σ cᵢ·log uᵢ + rest) = Π uᵢ^cᵢ · exp(rest): this is how a product hides in log space. */
  const exp = (x: Expr): Expr | undefined => {
    const terms = x.kind === 'sum' ? x.terms : [x];
    const powers: Expr[] = [];
    const rest: Expr[] = [];
    for (const term of terms) {
      const [coefficient, inner] = splitTerm(term);
      if (isCall(inner, 'log')) powers.push(power(inner.args[0]!, coefficient));
      else rest.push(term);
    }
    return powers.length === 0 ? undefined : product([...powers, ...(rest.length === 0 ? [] : [call('exp', [sum(rest)])])]);
  };

  const shortcuts: { readonly [K in FunctionName]?: (...args: readonly Expr[]) => Expr | undefined } = {
    abs: (x) => abs(x!),
    exp: (x) => exp(x!),
    log: (x) => (isCall(x!, 'exp') ? x.args[0] : undefined),
    where: (mask, a, b) => (a === b ? a : isNumber(mask!) ? (mask.value === 0 ? b : a) : undefined),
  };

  const call = (name: FunctionName, args: readonly Expr[]): Expr => {
    if (args.every(isNumber)) {
      const value = functions[name](...args.map((arg) => arg.value));
      if (Number.isFinite(value)) return number(value);
    }
    return shortcuts[name]?.(...args) ?? intern(`${name}(${keyOf(args)}`, (): CallExpr => ({ kind: 'call', name, args }));
  };

  const rebuild: Algebra['rebuild'] = (root, numbers = (value) => value, exponents = (value) => value) => {
    const done = new Map<Expr, Expr>();
    const makers: { readonly [K in Expr['kind']]: (expr: Extract<Expr, { kind: K }>, parts: readonly Expr[]) => Expr } = {
      number: ({ value }) => number(numbers(value)),
      variable: ({ index, name, positive }) => variable(index, name, positive),
      sum: (_, parts) => sum(parts),
      product: (_, parts) => product(parts),
      power: ({ exponent }, [base]) => power(base!, exponents(exponent)),
      call: ({ name }, parts) => call(name, parts),
    };
    const visit = (expr: Expr): Expr => {
      const found = done.get(expr);
      if (found !== undefined) return found;
      const made = (makers[expr.kind] as (expr: Expr, parts: readonly Expr[]) => Expr)(expr, childrenOf(expr).map(visit));
      done.set(expr, made);
      return made;
    };
    return visit(root);
  };

  return { number, variable, sum, product, power, call, rebuild };
};

/** The same formula, simplified. */
export const simplifyExpr = (expr: Expr): Expr => createAlgebra().rebuild(expr);
