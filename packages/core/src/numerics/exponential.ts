import type { Expansion } from './primitives.ts';
import { EXP2_TAIL, EXP_TAIL, LN2_HIGH, LN2_LOW, TANH_TAIL } from './coefficients.ts';
import { unary, type Term } from './term.ts';

/** x = n·log 2 + r with |r| ≤ ½ log 2, for |x| < 2¹⁴. */
const reduce = (x: Term): { readonly n: Term; readonly r: Term } => {
  const n = x.mul(Math.LOG2E).nearest();
  return { n, r: x.sub(n.mul(LN2_HIGH)).sub(n.mul(LN2_LOW)) };
};

/** eʳ − 1 for |r| ≤ ½ log 2. */
const shortExpm1 = (r: Term): Term => r.add(r.mul(r).mul(r.polynomial(EXP_TAIL)));

/** eˣ for −105 ≤ x ≤ 89. */
export const exponential = (x: Term): Term => {
  const { n, r } = reduce(x);
  return shortExpm1(r).add(1).scale(n);
};

/** 2ᶠ for |f| ≤ ½. */
export const shortExp2 = (f: Term): Term => f.mul(f.polynomial(EXP2_TAIL)).add(1);

/** Beyond 89 single precision overflows, below −105 it underflows. */
export const exp: Expansion = unary((x) => x.isNaN().where(x, exponential(x.smaller(89).larger(-105))));

/** 2ⁿ(eʳ − 1 + (1 − 2⁻ⁿ)): no cancellation that matters, and no overflow before the result's. */
export const expm1: Expansion = unary((x) => {
  const { n, r } = reduce(x.smaller(89).larger(-20));
  const rest = x.constant(1).sub(x.constant(1).scale(n.neg()));
  const y = shortExpm1(r).add(rest).scale(n);
  return x.isNaN().or(x.eq(0)).where(x, y);
});

/**
 * 1/(1 + e^−|x|), times e^−|x| for negative x. One step of Newton's method corrects the division and the rounding of the sum:
 * with t ≈ 1/(1 + e), what 1 lacks is (1 − t) − e·t.
 */
export const sigmoid: Expansion = unary((x) => {
  const e = exponential(x.abs().neg().larger(-105));
  const t = x.constant(1).div(e.add(1));
  const right = t.add(t.mul(x.constant(1).sub(t).sub(e.mul(t))));
  return x.isNaN().where(x, x.lt(0).where(right.mul(e), right));
});

/** Odd polynomial up to 0.6; then 1 − 2/(1 + e^2|x|), in which errors of the exponential shrink. */
export const tanh: Expansion = unary((x) => {
  const square = x.mul(x);
  const small = square.mul(square.polynomial(TANH_TAIL)).add(1).mul(x);
  const power = x
    .abs()
    .smaller(10)
    .mul(2 * Math.LOG2E);
  const n = power.nearest();
  const large = shortExp2(power.sub(n)).scale(n).add(1);
  const magnitude = x.constant(1).sub(x.constant(2).div(large));
  return x.isNaN().or(x.abs().lt(0.6)).where(small, x.lt(0).where(magnitude.neg(), magnitude));
});
