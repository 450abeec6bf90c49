import type { HostFacts } from '../host/facts.ts';
import type { BenchmarkRecord, BenchmarkReport, CompileRecord, WorkersRow } from '../record.ts';
import { median } from '../statistics.ts';
import { shiftBetween } from './shift.ts';

/** What a report has measured, as durations: less is better. */
interface Row {
  readonly workload: string;
  readonly column: string;
  /** What was timed. */
  readonly measure: string;
  readonly unit: 'µs' | 'ms';
  readonly durations: readonly number[];
  /** Why there are none; null where there are some. */
  readonly reason: string | null;
  /** Must be the same on both sides. */
  readonly setting: string;
}

export type Verdict = 'faster' | 'slower' | 'no difference' | 'not comparable';

/** One row of two reports. */
export interface Comparison extends Pick<Row, 'workload' | 'column' | 'measure' | 'unit'> {
  readonly verdict: Verdict;
  /** Why it is not comparable; null where it is. */
  readonly reason: string | null;
  readonly before: number | null;
  readonly after: number | null;
  /** Durations after over durations before, with its interval of confidence; null where it is not comparable. */
  readonly ratio: { readonly estimate: number; readonly low: number; readonly high: number } | null;
}

/** Of each row alone. */
export const CONFIDENCE = 0.99;

/** A change smaller than this is none: runs of one program minutes apart differ as much, for reasons that no run can see. */
export const MARGIN = 0.05;

const timed = (record: BenchmarkRecord): Row => ({
  workload: record.workload,
  column: record.column,
  measure: record.task === 'training' ? 'step' : 'call',
  unit: 'µs',
  durations: record.samples,
  reason: record.status === 'wrong' ? 'its answer is wrong' : record.reason,
  setting: [record.inputs, record.outputs, record.batch, record.members].join(' ') + (record.software ? ' in software' : ''),
});

const compiled = ({ workload, column, reason, software, cold, again }: CompileRecord): readonly Row[] =>
  (
    [
      ['compile cold', cold],
      ['compile again', again],
    ] as const
  ).map(([measure, durations]) => ({
    workload,
    column,
    measure,
    unit: 'ms',
    durations,
    reason,
    setting: software ? 'in software' : '',
  }));

const sharded = ({ workload, column, reason, workers, members, rounds }: WorkersRow): Row => ({
  workload,
  column,
  measure: `${workers} workers`,
  unit: 'µs',
  durations: rounds.map((round) => 1e6 / round.sharded),
  reason,
  setting: String(members),
});

const rowsOf = (report: BenchmarkReport): readonly Row[] => [
  ...report.records.map(timed),
  ...report.compileTimes.flatMap(compiled),
  ...report.workers.map(sharded),
];

const keyOf = ({ workload, column, measure }: Row): string => JSON.stringify([workload, column, measure]);

/** What must be the same for times to be comparable: the processor. What runs on it may be what has changed. */
const otherMachine = (before: HostFacts, after: HostFacts): string | null => {
  if (before.cpu !== after.cpu) return 'another processor';
  return before.cores === after.cores ? null : 'another number of cores';
};

const verdictOf = (low: number, high: number): Verdict => {
  if (low > 1 + MARGIN) return 'slower';
  return high < 1 / (1 + MARGIN) ? 'faster' : 'no difference';
};

const compareRows = (a: Row | undefined, b: Row | undefined, machine: string | null): Comparison => {
  const { workload, column, measure, unit } = (b ?? a)!;
  const medianOf = (row: Row | undefined): number | null =>
    row === undefined || row.durations.length === 0 ? null : median(row.durations);
  const base = { workload, column, measure, unit, before: medianOf(a), after: medianOf(b) };
  const not = (reason: string): Comparison => ({ ...base, verdict: 'not comparable', reason, ratio: null });
  if (a === undefined) return not('only in the second run');
  if (b === undefined) return not('only in the first run');
  if (a.reason !== null) return not(`first run: ${a.reason}`);
  if (b.reason !== null) return not(`second run: ${b.reason}`);
  if (a.setting !== b.setting) return not(`measured differently: ${a.setting}; ${b.setting}`);
  if (machine !== null) return not(machine);
  const logs = (row: Row): readonly number[] => row.durations.map(Math.log);
  const shift = shiftBetween(logs(a), logs(b), CONFIDENCE);
  if (shift === undefined)
    return not(`too few samples for an interval of ${CONFIDENCE * 100} %: ${a.durations.length} and ${b.durations.length}`);
  const ratio = { estimate: Math.exp(shift.estimate), low: Math.exp(shift.low), high: Math.exp(shift.high) };
  return { ...base, verdict: verdictOf(ratio.low, ratio.high), reason: null, ratio };
};

/**
 * Row by row, whether the second run was faster than the first: by the ratio of durations after Hodges & Lehmann, with its
 * interval of 99 % confidence. `slower` and `faster` only where the whole interval lies more than 5 % from no change.
 */
export const compareReports = (before: BenchmarkReport, after: BenchmarkReport): readonly Comparison[] => {
  const machine = otherMachine(before.host, after.host);
  const first = new Map(rowsOf(before).map((row) => [keyOf(row), row]));
  const second = new Map(rowsOf(after).map((row) => [keyOf(row), row]));
  const keys = new Set([...first.keys(), ...second.keys()]);
  return [...keys].map((key) => compareRows(first.get(key), second.get(key), machine));
};
