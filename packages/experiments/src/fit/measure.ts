/** Mean squared error. */
export const meanSquaredError = (predicted: ArrayLike<number>, wanted: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < wanted.length; i++) sum += (predicted[i]! - wanted[i]!) ** 2;
  return sum / wanted.length;
};

/**
 * Relative error: √(Σ(predicted − wanted)² / Σ wanted²), the error's size as a fraction of the answer's size. 0 is perfect; a
 * model that always says 0 has 1. Unlike the mean of |error / wanted| it does not blow up where a single answer happens to be 0.
 */
export const relativeError = (predicted: ArrayLike<number>, wanted: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < wanted.length; i++) sum += wanted[i]! ** 2;
  return Math.sqrt((meanSquaredError(predicted, wanted) * wanted.length) / sum);
};
