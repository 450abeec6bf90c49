import { expand, unary, type Term } from './term.ts';
import type { Expansion, MachinePrimitive } from './primitives.ts';

const LARGEST = (2 - 2 ** -23) * 2 ** 127;
const STEPS: readonly number[] = [64, 32, 16, 8, 4, 2, 1];

/** A ladder of powers of two. */
const exponentOf = (x: Term): Term => {
  const a = x.abs();
  const small = a.lt(1);
  let rest = small.where(a.mul(2 ** 126), a);
  let exponent = small.where(-126, 0);
  for (const step of STEPS) {
    const above = x.constant(2 ** step).le(rest);
    rest = rest.mul(above.where(2 ** -step, 1));
    exponent = exponent.add(above.where(step, 0));
  }
  return exponent;
};

/** Multiplies by 2^±64 twice and by 2^±32, 2^±16 … once where |n| has them. */
const scaled = (x: Term, n: Term): Term => {
  const shrinks = n.lt(0);
  let [result, rest] = [x, n.abs()];
  for (const step of [64, ...STEPS]) {
    const has = x.constant(step).le(rest);
    result = result.mul(has.where(shrinks.where(2 ** -step, 2 ** step), 1));
    rest = rest.sub(has.where(step, 0));
  }
  return result;
};

/**
 * The machine's primitives in terms of the others, for languages without access to bits. `isNaN` and `isNegative` rely on
 * comparisons with NaN being false and on 1/−0 = −∞.
 */
export const portable: { readonly [P in MachinePrimitive]: Expansion } = {
  exponent: unary(exponentOf),
  scale: expand(['x', 'n'], (x, n) => scaled(x!, n!)),
  high: unary((x) => {
    const shift = exponentOf(x).sub(11);
    return scaled(scaled(x, shift.neg()).floor(), shift);
  }),
  isNaN: unary((x) => x.le(0).or(x.constant(0).lt(x)).where(0, 1).eq(1)),
  isFinite: unary((x) => x.abs().le(LARGEST)),
  isNegative: unary((x) => x.lt(0).or(x.eq(0).and(x.constant(1).div(x).lt(0)))),
};
