import type { BenchmarkRecord } from '@nalu/experiments/benchmark';

/** How a column did over all workloads of a run. */
export interface ColumnFactors {
  readonly column: string;
  /** Of each workload in their order: its record, and its time over the best one's; null where it has no time. */
  readonly cells: readonly { readonly record: BenchmarkRecord | undefined; readonly factor: number | null }[];
  /** The geometric mean of the factors that there are; null where there are none. */
  readonly mean: number | null;
}

const meanOf = (factors: readonly number[]): number | null =>
  factors.length === 0 ? null : Math.exp(factors.reduce((sum, factor) => sum + Math.log(factor), 0) / factors.length);

/** Columns against the best of each workload. Those with most times come first, of these the fastest. */
export const factorsOf = (records: readonly BenchmarkRecord[]): readonly ColumnFactors[] => {
  const workloads = [...new Set(records.map(({ workload }) => workload))];
  const columns = [...new Set(records.map(({ column }) => column))];
  const best = new Map(
    workloads.map((name) => [
      name,
      Math.min(
        ...records.flatMap(({ workload, medianMicroseconds: time }) => (workload === name && time !== null ? [time] : [])),
      ),
    ]),
  );
  const rows = columns.map((column) => {
    const cells = workloads.map((workload) => {
      const record = records.find((each) => each.workload === workload && each.column === column);
      const time = record?.medianMicroseconds ?? null;
      return { record, factor: time === null ? null : time / best.get(workload)! };
    });
    return { column, cells, mean: meanOf(cells.flatMap(({ factor }) => factor ?? [])) };
  });
  const timed = ({ cells }: ColumnFactors): number => cells.filter(({ factor }) => factor !== null).length;
  return rows.sort((a, b) => timed(b) - timed(a) || (a.mean ?? Infinity) - (b.mean ?? Infinity));
};
