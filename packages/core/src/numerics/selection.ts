import { binary, unary } from './term.ts';
import type { Expansion } from './primitives.ts';

/** To the nearest whole number, ties to even; keeps the sign of zeros. */
export const round: Expansion = unary((x) => {
  const a = x.abs();
  const below = a.floor();
  const above = below.add(1);
  const fraction = a.sub(below);
  const even = above.mul(0.5).floor().mul(2);
  const y = fraction.eq(0.5).where(even, x.constant(0.5).lt(fraction).where(above, below));
  return x.isNegative().where(y.neg(), y);
});

/** −1, 0 or 1; zeros and NaN stay themselves. */
export const sign: Expansion = unary((x) => x.constant(0).lt(x).where(1, x.lt(0).where(-1, x)));

/** NaN if either is NaN. */
export const min: Expansion = binary((a, b) => a.isNaN().where(a, b.isNaN().where(b, a.smaller(b))));

/** NaN if either is NaN. */
export const max: Expansion = binary((a, b) => a.isNaN().where(a, b.isNaN().where(b, a.larger(b))));

export const isFinite: Expansion = unary((x) => x.isFinite().where(1, 0));
