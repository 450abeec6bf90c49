/** Bits of a single-precision number. */
const bitsOf = (value: number): number => new Uint32Array(Float32Array.of(value).buffer)[0]!;

/**
 * A number as WGSL. NaN and infinities are no constant expressions there: they come from the private variables of the
 * prelude, which are read when the kernel runs.
 */
export const literal = (value: number): string => {
  const rounded = Math.fround(value);
  if (Number.isNaN(rounded)) return 'bitcast<f32>(nanBits)';
  if (rounded === Infinity) return 'bitcast<f32>(infinityBits)';
  if (rounded === -Infinity) return '(-bitcast<f32>(infinityBits))';
  if (Object.is(rounded, -0)) return `bitcast<f32>(${bitsOf(rounded)}u)`;
  return rounded < 0 ? `(${rounded}f)` : `${rounded}f`;
};
