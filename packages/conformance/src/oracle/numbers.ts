import type { Precision } from '@nalu/core/backend';

/** What a precision can hold. */
interface Format {
  /** Bits of the significand after the point. */
  readonly bits: number;
  /** Exponent of the smallest normal number. */
  readonly minExponent: number;
  readonly max: number;
}

export const formats: { readonly [P in Precision]: Format } = {
  f32: { bits: 23, minExponent: -126, max: (2 - 2 ** -23) * 2 ** 127 },
  f64: { bits: 52, minExponent: -1022, max: Number.MAX_VALUE },
};

/** Largest relative error of one rounding to nearest. */
export const unitRoundoff = (precision: Precision): number => 2 ** -(formats[precision].bits + 1);

const scratch = new DataView(new ArrayBuffer(8));

/** ⌊log₂|x|⌋ of a normal double. */
const exponentOf = (x: number): number => {
  scratch.setFloat64(0, x);
  return ((scratch.getUint16(0) & 0x7ff0) >> 4) - 1023;
};

/** The distance between neighbouring numbers of this precision around x: one unit in the last place. */
export const ulpOf = (x: number, precision: Precision): number => {
  const { bits, minExponent } = formats[precision];
  if (!Number.isFinite(x)) return Infinity;
  return 2 ** (Math.max(exponentOf(x), minExponent) - bits);
};

/** γₙ = n·u / (1 − n·u): how far n roundings can take a result, relative to the sum of its terms (Higham, 2002, §3.1). */
export const gamma = (n: number, precision: Precision): number => {
  const nu = n * unitRoundoff(precision);
  return nu < 1 ? nu / (1 - nu) : Infinity;
};

export const arrayOf = (values: ArrayLike<number>, precision: Precision): Float32Array | Float64Array =>
  precision === 'f32' ? Float32Array.from(values) : Float64Array.from(values);

/** As many digits as tell neighbouring single-precision numbers apart, signed zeros shown. */
export const showNumber = (x: number): string => (Object.is(x, -0) ? '−0' : String(Number(x.toPrecision(9))));
