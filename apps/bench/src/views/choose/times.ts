import type { BenchmarkRecord } from '@nalu/experiments/benchmark';
import type { Run } from '../../runs/run.ts';

/** How a backend did in a run. */
export interface Measured {
  readonly record: BenchmarkRecord;
  readonly run: Run;
}

/** The newest record of a backend and a workload, of the runs that this page made or of those that came with it. */
export const latest = (
  runs: readonly Run[],
  origin: 'measured' | 'served',
  workload: string,
  column: string,
): Measured | null => {
  const found = runs
    .filter((run) => run.origin === origin)
    .flatMap((run) => {
      const record = run.report.records.find((each) => each.workload === workload && each.column === column);
      return record === undefined ? [] : [{ record, run }];
    });
  return found.at(-1) ?? null;
};
