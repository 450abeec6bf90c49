/** Scalar functions that JavaScript's Math lacks or defines differently. f64; the reference for every backend. */

/** −1, 0 or 1; ±0 and NaN stay themselves. */
export const sign = (x: number): number => (x > 0 ? 1 : x < 0 ? -1 : x);

/** 1/(1 + e⁻ˣ), without overflow on either side. */
export const sigmoid = (x: number): number => {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
};

/** log(1 + eˣ), without overflow. */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** To the nearest whole number, ties to even. */
export const roundTiesToEven = (x: number): number => {
  const nearest = Math.round(x);
  return Math.abs(x % 1) === 0.5 && nearest % 2 !== 0 ? nearest - 1 : nearest;
};

/** xʸ for x ≥ 0 (−0 counts as 0); NaN for negative x. */
export const power = (x: number, y: number): number => (x < 0 ? NaN : Math.abs(x) ** y);

/** NaN stays NaN. */
export const clamp = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);
