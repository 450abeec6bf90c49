import fc from 'fast-check';
import type { Expr, FunctionName } from '../../src/formula/expression.ts';

export const NAMES = ['a', 'b2', 'distance (AU)'];

const oneArgument: FunctionName[] = ['abs', 'sign', 'exp', 'log', 'tanh', 'sigmoid', 'softplus', 'sin', 'cos', 'floor'];
const twoArguments: FunctionName[] = ['min', 'max', 'lt', 'le', 'eq'];

/** Not so small that products of a few of them underflow: 0 and the number it stands for have different roots and logarithms. */
const ordinary = fc.double({ min: -10, max: 10, noNaN: true }).filter((value) => value === 0 || Math.abs(value) > 1e-12);
const numbers = fc.oneof(fc.constantFrom(-2, -1, -0.5, 0, 0.5, 1, 2, 3, 1e-6), ordinary);
const exponents = fc.constantFrom(-3, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 3);

/** Expressions of every kind, as nobody would write them: nested, with zeros and ones, unsorted. */
export const expressions: fc.Arbitrary<Expr> = fc.letrec<{ expr: Expr }>((tie) => {
  const expr = tie('expr');
  const call = (names: readonly FunctionName[], count: number): fc.Arbitrary<Expr> =>
    fc.record({
      kind: fc.constant('call' as const),
      name: fc.constantFrom(...names),
      args: fc.array(expr, { minLength: count, maxLength: count }),
    });
  return {
    expr: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      fc.constantFrom(...NAMES.map((name, index): Expr => ({ kind: 'variable', index, name, positive: index === 1 }))),
      fc.record({ kind: fc.constant('number' as const), value: numbers }),
      fc.record({ kind: fc.constant('sum' as const), terms: fc.array(expr, { maxLength: 3 }) }),
      fc.record({ kind: fc.constant('product' as const), factors: fc.array(expr, { maxLength: 3 }) }),
      fc.record({ kind: fc.constant('power' as const), base: expr, exponent: exponents }),
      call(oneArgument, 1),
      call(twoArguments, 2),
      call(['where'], 3),
    ),
  };
}).expr;

/** Rows for the three variables; the second is positive. */
export const rows: fc.Arbitrary<number[]> = fc
  .tuple(
    fc.double({ min: -4, max: 4, noNaN: true }),
    fc.double({ min: 0.01, max: 4, noNaN: true }),
    fc.double({ min: -4, max: 4, noNaN: true }),
  )
  .map((row) => row.map((x) => (Math.abs(x) < 1e-3 ? 0 : x)));
