import type { BenchmarkRecord, Scaling } from '@nalu/experiments/benchmark';

/** A series of workloads that differ in one size, as far as a run has measured it. */
export interface MeasuredScaling {
  readonly scaling: Scaling;
  /** The sizes at which something was measured. */
  readonly sizes: readonly number[];
  readonly columns: readonly {
    readonly column: string;
    /** Of each size. */
    readonly records: readonly (BenchmarkRecord | undefined)[];
  }[];
}

/** What a run has of a series; null where that is fewer than two sizes, which show no tendency. */
export const measuredScaling = (records: readonly BenchmarkRecord[], scaling: Scaling): MeasuredScaling | null => {
  const points = scaling.points.filter(({ workload }) =>
    records.some((record) => record.workload === workload && record.medianMicroseconds !== null),
  );
  if (points.length < 2) return null;
  const own = records.filter(({ workload }) => points.some((point) => point.workload === workload));
  return {
    scaling,
    sizes: points.map(({ size }) => size),
    columns: [...new Set(own.map(({ column }) => column))].map((column) => ({
      column,
      records: points.map(({ workload }) => own.find((record) => record.workload === workload && record.column === column)),
    })),
  };
};
