/** How far predictions are from targets. */
export interface FormulaErrors {
  /** Mean squared error. */
  readonly mse: number;
  /** Root of the mean squared error over the standard deviation of the targets; over their root mean square when they are constant. */
  readonly relative: number;
  /** Largest |error| over the largest |target|. */
  readonly maxRelative: number;
}

const mean = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0) / values.length;

const scaleOf = (targets: readonly number[]): number => {
  const centre = mean(targets);
  const deviation = Math.sqrt(mean(targets.map((target) => (target - centre) ** 2)));
  return deviation > 0 ? deviation : Math.abs(centre);
};

/** 0/0 is 0: no error on targets without scale. */
const ratio = (error: number, scale: number): number => (error === 0 ? 0 : error / scale);

/** Compares [rows, columns] with [rows, columns]. Over several columns the worst relative error counts. Infinite where a prediction is not finite. */
export const measure = (predictions: ArrayLike<number>, targets: ArrayLike<number>, columns: number): FormulaErrors => {
  const each = Array.from({ length: columns }, (_, column) => {
    const at = Array.from({ length: targets.length / columns }, (__, row) => row * columns + column);
    const wanted = at.map((i) => targets[i]!);
    const errors = at.map((i) => (Number.isFinite(predictions[i]) ? Math.abs(predictions[i]! - targets[i]!) : Infinity));
    const mse = mean(errors.map((error) => error ** 2));
    const largest = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return { mse, relative: ratio(Math.sqrt(mse), scaleOf(wanted)), maxRelative: ratio(largest(errors), largest(wanted)) };
  });
  return {
    mse: mean(each.map(({ mse }) => mse)),
    relative: Math.max(...each.map(({ relative }) => relative)),
    maxRelative: Math.max(...each.map(({ maxRelative }) => maxRelative)),
  };
};
