import { compareReports, type BenchmarkRecord, type BenchmarkReport, type Comparison } from '@nalu/experiments/benchmark';
import type { Run } from '../../../runs/run.ts';

/** One cell in one of several runs. */
export interface Moment {
  readonly run: Run;
  /** Among all runs, from the oldest. */
  readonly place: number;
  readonly record: BenchmarkRecord;
  /** Compared with the last run before it that can be compared; null for the first one. */
  readonly change: (Pick<Comparison, 'verdict' | 'ratio'> & { readonly before: Run }) | null;
}

/** One column on one machine, over time. */
export interface History {
  readonly column: string;
  /** What was measured on. */
  readonly machine: string;
  readonly moments: readonly Moment[];
}

/** Times of other processors are other times. Pages are not told the processor, only how many cores it has. */
const machineOf = ({ host: { cpu, cores, page } }: BenchmarkReport): string =>
  [cpu ?? (page === null ? 'unknown processor' : 'browser'), cores === null ? null : `${cores} cores`]
    .filter((part) => part !== null)
    .join(', ');

/** The part of a report that a comparison of one cell needs. */
const only = (report: BenchmarkReport, record: BenchmarkRecord): BenchmarkReport => ({
  ...report,
  records: [record],
  compileTimes: [],
  workers: [],
});

const changeOf = (past: readonly Moment[], run: Run, record: BenchmarkRecord): Moment['change'] => {
  for (const earlier of [...past].reverse()) {
    const [comparison] = compareReports(only(earlier.run.report, earlier.record), only(run.report, record));
    if (comparison !== undefined && comparison.verdict !== 'not comparable')
      return { verdict: comparison.verdict, ratio: comparison.ratio, before: earlier.run };
  }
  return null;
};

/** A workload over all runs, given from the oldest: a history for every column and machine. */
export const historiesOf = (runs: readonly Run[], workload: string): readonly History[] => {
  const histories = new Map<string, { column: string; machine: string; moments: Moment[] }>();
  runs.forEach((run, place) => {
    const machine = machineOf(run.report);
    for (const record of run.report.records.filter((each) => each.workload === workload)) {
      const key = JSON.stringify([record.column, machine]);
      const history = histories.get(key) ?? { column: record.column, machine, moments: [] };
      histories.set(key, history);
      history.moments.push({ run, place, record, change: changeOf(history.moments, run, record) });
    }
  });
  return [...histories.values()];
};
