import type { Expansion } from './primitives.ts';
import { ATANH_TAIL } from './coefficients.ts';
import { shortExp2 } from './exponential.ts';
import { split } from './logarithm.ts';
import { binary, type Term } from './term.ts';

/** A number as the sum of two: `high` has 12 bits, and `low` what these lack. */
interface Pair {
  readonly high: Term;
  readonly low: Term;
}

/** a + b as a pair, for |a| ≥ |b|. */
const pairOf = (a: Term, b: Term): Pair => {
  const high = a.add(b).high();
  return { high, low: b.sub(high.sub(a)) };
};

/** 2/(3 log 2) */
const SCALE = 2 / (3 * Math.LN2);
/** 12 bits of it. */
const SCALE_HIGH = Math.round(SCALE * 2 ** 12) / 2 ** 12;

/**
 * log₂ x to about 33 bits, for normal x > 0. With s = (m − 1)/(m + 1): log m = 2 atanh s = ⅔ s·(3 + s² + 3s⁴(1/5 + …)). The
 * rounding error of s is found from the remainder of the division, and what is large is multiplied in halves, whose products
 * are exact.
 */
const log2 = (x: Term): Pair => {
  const { e, m } = split(x);
  const numerator = m.sub(1);
  const denominator = m.add(1);
  const s = numerator.div(denominator);
  const sHigh = s.high();
  const dHigh = denominator.high();
  const dLow = m.sub(dHigh.sub(1));
  const sLow = numerator.sub(sHigh.mul(dHigh)).sub(sHigh.mul(dLow)).div(denominator);
  const square = s.mul(s);
  const highSquare = sHigh.mul(sHigh);
  const tail = square
    .mul(square)
    .mul(square.polynomial(ATANH_TAIL))
    .mul(3)
    .add(sLow.mul(sHigh.add(s)));
  const factor = highSquare.add(3).add(tail).high();
  const factorLow = tail.sub(factor.sub(3).sub(highSquare));
  const product = pairOf(sHigh.mul(factor), sLow.mul(factor).add(factorLow.mul(s)));
  const high = product.high.mul(SCALE_HIGH);
  const low = product.high.mul(SCALE - SCALE_HIGH).add(product.low.mul(SCALE));
  const total = high.add(low).add(e).high();
  return { high: total, low: low.sub(total.sub(e).sub(high)) };
};

/** 2^(b log₂ a), the product in halves. Exponents beyond ±2³³ overflow or underflow unless a is 1, so they are as good as ±2³³. */
export const pow: Expansion = binary((a, b) => {
  const logarithm = log2(a);
  const exponent = b.smaller(2 ** 33).larger(-(2 ** 33));
  const exponentHigh = exponent.high();
  const low = exponent.sub(exponentHigh).mul(logarithm.high).add(exponent.mul(logarithm.low));
  const high = exponentHigh.mul(logarithm.high);
  const n = high.add(low).smaller(150).larger(-155).nearest();
  const f = high.sub(n).add(low);
  // Beyond the clamp f is not short, but the result is infinite or 0 anyway.
  const power = shortExp2(f.smaller(0.6).larger(-0.6)).scale(n);
  const shrinks = b.lt(0);
  const y = a.lt(2 ** -126).where(shrinks.where(Infinity, 0), a.isFinite().where(power, shrinks.where(0, Infinity)));
  const undefinedThere = a.isNaN().or(b.isNaN()).or(a.lt(0));
  // The op table's kernel is JavaScript's power, in which 1^±∞ is NaN.
  const defined = b.isFinite().where(y, a.eq(1).where(NaN, y));
  return b.eq(0).where(1, undefinedThere.where(NaN, defined));
});
