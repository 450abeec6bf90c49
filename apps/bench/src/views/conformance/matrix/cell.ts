import { groupBy } from '../../../lists/groupBy.ts';
import type { Deviation, Failure, OpResult, Ran, Report } from '../reports/report.ts';
import type { Column } from './columns.ts';

/** What one report says about an op. */
export interface Finding {
  readonly report: Report;
  /** Absent: the suite did not test the op. */
  readonly measured: OpResult | undefined;
  readonly failures: readonly Failure[];
  readonly deviations: readonly Deviation[];
}

/** One op of one column. */
export type Cell =
  /** The backend does not start at any of the column's places. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'untested' }
  | {
      readonly kind: 'tested';
      /** Null: tested, but not by an error. */
      readonly worst: number | null;
      /** Values that were compared, over all reports. */
      readonly cases: number;
      /** Checks that failed. */
      readonly failures: number;
      readonly deviations: number;
    };

const ranOf = ({ result }: Report): Ran | undefined => ('refusal' in result ? undefined : result);

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** What the reports of a column say about an op, without those of places where the backend refuses. */
export const findings = ({ reports }: Column, op: string): readonly Finding[] =>
  reports.flatMap((report) => {
    const ran = ranOf(report);
    if (ran === undefined) return [];
    return [
      {
        report,
        measured: ran.ops.find((each) => each.op === op),
        failures: ran.failures.filter((each) => each.op === op),
        deviations: ran.deviations.filter((each) => each.op === op),
      },
    ];
  });

/** The worst of a column's reports. */
export const cellOf = (column: Column, op: string): Cell => {
  const found = findings(column, op);
  if (found.length === 0) return { kind: 'refused' };
  const measured = found.flatMap((each) => each.measured ?? []);
  const failures = sum(found.map((each) => each.failures.length));
  const deviations = sum(found.map((each) => each.deviations.length));
  if (measured.length === 0 && failures === 0 && deviations === 0) return { kind: 'untested' };
  const errors = measured.flatMap(({ worstUlp }) => worstUlp ?? []);
  return {
    kind: 'tested',
    worst: errors.length === 0 ? null : Math.max(...errors),
    cases: sum(measured.map(({ cases }) => cases)),
    failures,
    deviations,
  };
};

/** All checks of a column's reports. */
export interface Total {
  readonly passed: number;
  readonly failed: number;
  readonly deviations: number;
  /** Places where the backend refuses to start. */
  readonly refusals: number;
}

export const totalOf = ({ reports }: Column): Total => {
  const all = reports.flatMap((report) => ranOf(report) ?? []);
  return {
    passed: sum(all.map(({ passed }) => passed)),
    failed: sum(all.map(({ failed }) => failed)),
    deviations: sum(all.map(({ deviations }) => deviations.length)),
    refusals: reports.length - all.length,
  };
};

/** Failures with the same message, which often have one cause: a lost device fails every check after it. */
export interface FailureGroup {
  readonly message: string;
  /** `tanh: signed zeros`. */
  readonly checks: readonly string[];
}

export const groupFailures = (failures: readonly Failure[]): readonly FailureGroup[] =>
  [...groupBy(failures, ({ message }) => message)].map(([message, group]) => ({
    message,
    checks: group.map((each) => `${each.op}: ${each.case}`),
  }));
