import type { Expansion } from './primitives.ts';
import { LN2_HIGH, LN2_LOW, LOG1P_TAIL } from './coefficients.ts';
import { exponential } from './exponential.ts';
import { unary, type Term } from './term.ts';

/** The smallest normal number. */
const MIN_NORMAL = 2 ** -126;

/** x = m·2ᵉ with √½ ≤ m < √2, for normal x > 0. */
export const split = (x: Term): { readonly e: Term; readonly m: Term } => {
  const below = x.exponent();
  const significand = x.scale(below.neg());
  const upper = significand.lt(Math.SQRT2);
  return { e: upper.where(below, below.add(1)), m: upper.where(significand, significand.mul(0.5)) };
};

/** log(1 + z) for √½ ≤ 1 + z ≤ √2. Keeps the sign of zeros. */
const shortLog1p = (z: Term): Term => z.add(z.mul(z).mul(z.polynomial(LOG1P_TAIL)));

/** shortLog1p(z) + e·log 2 */
const plusExponent = (z: Term, e: Term): Term => {
  const tail = z.mul(z).mul(z.polynomial(LOG1P_TAIL)).add(e.mul(LN2_LOW));
  return z.add(tail).add(e.mul(LN2_HIGH));
};

/** y, but −∞ where u is 0 (or denormal), NaN where u is negative, and u itself where it is infinite or NaN. */
const withEdges = (u: Term, y: Term): Term => u.lt(MIN_NORMAL).where(u.lt(0).where(NaN, -Infinity), u.isFinite().where(y, u));

export const log: Expansion = unary((x) => {
  const { e, m } = split(x);
  return withEdges(x, plusExponent(m.sub(1), e));
});

/** log(1 + x). Where 1 + x needs no exponent, x itself goes into the polynomial; elsewhere rounding 1 + x costs 1.4 ulp at most. */
export const log1p: Expansion = unary((x) => {
  const u = x.add(1);
  const { e, m } = split(u);
  const near = e.eq(0);
  const z = near.where(x, m.sub(1));
  return x.eq(0).where(x, withEdges(u, plusExponent(z, e)));
});

/** max(x, 0) + log(1 + e^−|x|) */
export const softplus: Expansion = unary((x) => {
  const e = exponential(x.abs().neg().larger(-105));
  const near = e.lt(Math.SQRT2 - 1);
  // (1 + e)/2 − 1 is exact and again between √½ − 1 and √2 − 1.
  const logarithm = shortLog1p(near.where(e, e.sub(1).mul(0.5))).add(near.where(0, Math.LN2));
  return x.isNaN().where(x, logarithm.add(x.larger(0)));
});
