/** The middle value of sorted values, the mean of the two middle ones where their number is even. */
const middle = (sorted: readonly number[]): number => {
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
};

const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/** The median; NaN of no values. */
export const median = (values: readonly number[]): number => (values.length === 0 ? NaN : middle(ascending(values)));

/** The median absolute deviation, median |xᵢ − median x|, not scaled; NaN of no values. */
export const medianAbsoluteDeviation = (values: readonly number[]): number => {
  const centre = median(values);
  return median(values.map((value) => Math.abs(value - centre)));
};

export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Median absolute deviation. */
  readonly spread: number;
}

/** Order statistics of at least one value. They are not moved by one sample that a pause of the machine made long. */
export const summarise = (values: readonly number[]): Summary => ({
  median: median(values),
  min: Math.min(...values),
  max: Math.max(...values),
  spread: medianAbsoluteDeviation(values),
});
