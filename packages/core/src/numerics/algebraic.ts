import type { Expansion } from './primitives.ts';
import { binary, unary } from './term.ts';

/** Operands are scaled down where the reciprocal of the divisor would be denormal. */
export const div: Expansion = binary((a, b) => {
  const scale = b
    .abs()
    .le(2 ** 125)
    .where(1, 2 ** -8);
  return a.mul(scale).div(b.mul(scale));
});

/** One step of Heron's method; zeros, ∞ and NaN are as they are. */
export const sqrt: Expansion = unary((x) => {
  const y = x.sqrt();
  const better = y.add(x.div(y)).mul(0.5);
  const plain = x.isFinite().and(x.constant(0).lt(x));
  return plain.where(better, x.lt(0).where(NaN, x));
});
