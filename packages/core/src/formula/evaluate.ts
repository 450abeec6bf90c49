import { childrenOf, type Expr } from './expression.ts';
import { functions } from './functions.ts';

type Rule<K extends Expr['kind']> = (expr: Extract<Expr, { kind: K }>, parts: readonly number[], x: ArrayLike<number>) => number;

const rules: { readonly [K in Expr['kind']]: Rule<K> } = {
  number: ({ value }) => value,
  variable: ({ index }, _, x) => x[index]!,
  sum: (_, parts) => parts.reduce((total, part) => total + part, 0),
  product: (_, parts) => parts.reduce((total, part) => total * part, 1),
  power: ({ exponent }, [base]) => base! ** exponent,
  call: ({ name }, parts) => functions[name](...parts),
};

/** Value of a formula from the values of its parts. */
const compute = (expr: Expr, parts: readonly number[], x: ArrayLike<number>): number =>
  (rules[expr.kind] as Rule<Expr['kind']>)(expr as never, parts, x);

/** Each part once, before whatever uses it. */
const inOrder = (exprs: readonly Expr[]): ReadonlyMap<Expr, number> => {
  const places = new Map<Expr, number>();
  const visit = (expr: Expr): void => {
    if (places.has(expr)) return;
    childrenOf(expr).forEach(visit);
    places.set(expr, places.size);
  };
  exprs.forEach(visit);
  return places;
};

/** The formulas as one function of an input row, in f64. Parts that occur often are computed once. */
export const toFunction = (exprs: readonly Expr[]): ((x: ArrayLike<number>) => number[]) => {
  const places = inOrder(exprs);
  const steps = [...places.keys()].map((expr) => ({ expr, parts: childrenOf(expr).map((child) => places.get(child)!) }));
  const outputs = exprs.map((expr) => places.get(expr)!);
  return (x) => {
    const values: number[] = [];
    for (const { expr, parts } of steps) {
      values.push(
        compute(
          expr,
          parts.map((part) => values[part]!),
          x,
        ),
      );
    }
    return outputs.map((place) => values[place]!);
  };
};
