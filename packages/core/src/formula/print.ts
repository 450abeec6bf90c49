import type { CallExpr, Expr, ProductExpr, SumExpr } from './expression.ts';

/** How tightly a text binds: whoever needs a tighter one puts brackets around it. */
export type Level = 1 | 2 | 3 | 4;
const SUM: Level = 1;
export const PRODUCT: Level = 2;
export const POWER: Level = 3;
export const ATOM: Level = 4;

export interface Printed {
  readonly text: string;
  readonly level: Level;
}

/** What differs between notations. */
export interface Notation {
  /** A number that is not negative. */
  number(value: number): Printed;
  variable(name: string): string;
  group(text: string): string;
  readonly times: string;
  /** One thing over a product. */
  fraction(over: Printed, under: readonly Printed[]): Printed;
  /** base^exponent with an exponent that is positive and not ½. */
  power(base: Printed, exponent: number): Printed;
  root(of: Printed): Printed;
  call(expr: CallExpr, args: readonly string[]): string;
}

/** A negative term as its opposite. */
const opposite = (expr: Expr): Expr | undefined => {
  if (expr.kind === 'number') return expr.value < 0 ? { kind: 'number', value: -expr.value } : undefined;
  if (expr.kind !== 'product') return undefined;
  const [first, ...rest] = expr.factors;
  if (first?.kind !== 'number' || first.value >= 0) return undefined;
  return first.value === -1 && rest.length > 0
    ? { kind: 'product', factors: rest }
    : { kind: 'product', factors: [{ kind: 'number', value: -first.value }, ...rest] };
};

const isOne = (expr: Expr): boolean => expr.kind === 'number' && expr.value === 1;

/** Writes a formula in a notation, with as few brackets as it needs. */
export const print = (expr: Expr, notation: Notation): string => {
  const atLeast = (printed: Printed, level: Level): string =>
    printed.level >= level ? printed.text : notation.group(printed.text);

  const sum = ({ terms }: SumExpr): Printed => {
    if (terms.length === 0) return notation.number(0);
    // A sum reads better when it does not begin with a minus: b - a.
    const lead = Math.max(
      0,
      terms.findIndex((term) => opposite(term) === undefined),
    );
    const [first, ...rest] = [terms[lead]!, ...terms.filter((_, i) => i !== lead)];
    const tail = rest.map((term) => {
      const positive = opposite(term);
      return `${positive === undefined ? ' + ' : ' - '}${atLeast(write(positive ?? term), PRODUCT)}`;
    });
    const head = opposite(first!);
    return {
      text: [head === undefined ? atLeast(write(first!), PRODUCT) : `-${atLeast(write(head), PRODUCT)}`, ...tail].join(''),
      level: SUM,
    };
  };

  const joined = (factors: readonly Printed[]): Printed =>
    factors.length === 1
      ? factors[0]!
      : { text: factors.map((factor) => atLeast(factor, POWER)).join(notation.times), level: PRODUCT };

  const quotient = (factors: readonly Expr[]): Printed => {
    const under = factors.flatMap((factor) =>
      factor.kind === 'power' && factor.exponent < 0
        ? [write(factor.exponent === -1 ? factor.base : { ...factor, exponent: -factor.exponent })]
        : [],
    );
    const above = factors.filter((factor) => !(factor.kind === 'power' && factor.exponent < 0) && !isOne(factor)).map(write);
    const over = above.length === 0 ? notation.number(1) : joined(above);
    return under.length === 0 ? over : notation.fraction(over, under);
  };

  const product = (whole: ProductExpr): Printed => {
    const positive = opposite(whole);
    return positive === undefined ? quotient(whole.factors) : { text: `-${atLeast(write(positive), PRODUCT)}`, level: SUM };
  };

  const write = (each: Expr): Printed => {
    if (each.kind === 'number')
      return each.value < 0 ? { text: `-${notation.number(-each.value).text}`, level: SUM } : notation.number(each.value);
    if (each.kind === 'variable') return { text: notation.variable(each.name), level: ATOM };
    if (each.kind === 'sum') return sum(each);
    if (each.kind === 'product') return product(each);
    if (each.kind === 'call')
      return {
        text: notation.call(
          each,
          each.args.map((arg) => write(arg).text),
        ),
        level: ATOM,
      };
    if (each.exponent < 0) return quotient([each]);
    return each.exponent === 0.5 ? notation.root(write(each.base)) : notation.power(write(each.base), each.exponent);
  };

  return write(expr).text;
};
