/** How a cell (one column on one workload) is measured. Durations are in milliseconds. */
export interface Protocol {
  /** Every cell runs at least this long before its first sample. */
  readonly warmUp: number;
  /** The least duration of a sample; it is longer where 100 times the clock's resolution is longer. */
  readonly sample: number;
  /** A cell with `minSamples` samples gets further ones until it has spent this long on them. */
  readonly budget: number;
  readonly minSamples: number;
  readonly maxSamples: number;
  /** A cell whose first run takes longer than this is sampled in runs of fewer steps. */
  readonly ceiling: number;
}

export const defaultProtocol: Protocol = {
  warmUp: 1000,
  sample: 5,
  budget: 1500,
  minSamples: 5,
  maxSamples: 50,
  ceiling: 10_000,
};
