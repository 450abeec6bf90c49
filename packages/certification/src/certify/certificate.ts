import type { Deviation, Failure, OpSummary, Tier } from '@nalu/conformance';
import type { BackendInfo } from '@nalu/core/backend';
import type { Features } from '../run/features.ts';
import { complaintsAbout, expectationOf } from '../run/judge.ts';
import type { Refusal } from '../run/runRow.ts';
import type { Soak } from '../run/soak.ts';
import type { Row } from '../table/row.ts';
import type { Machine } from './machine.ts';
import type { Run } from './runner.ts';
import { complaintsAboutSoak, type MemorySample } from './soakComplaints.ts';

/** The machine-readable result of one row on one machine. */
export interface Certificate {
  readonly row: Pick<Row, 'id' | 'backend' | 'mode' | 'place'>;
  readonly tier: Tier;
  readonly date: string;
  readonly machine: Machine;
  /** Name and version of the browser; null in Node. */
  readonly browser: string | null;
  readonly devices: Features['devices'] | null;
  /** What is not as the table says it should be, in sentences. A row without any is certified. */
  readonly complaints: readonly string[];
  readonly result:
    | { readonly refusal: Refusal }
    | {
        readonly info: BackendInfo;
        readonly passed: number;
        readonly failed: number;
        readonly deviations: readonly Deviation[];
        readonly failures: readonly Failure[];
        /** Reports older than this field have no `worstInput`. */
        readonly ops: readonly (Omit<OpSummary, 'worstInput'> & Partial<Pick<OpSummary, 'worstInput'>>)[];
        readonly seconds: number;
        readonly soak: (Soak & { readonly processes: readonly MemorySample[] }) | null;
      };
}

const seconds = (milliseconds: number): number => Math.round(milliseconds / 100) / 10;

const threeDigits = (value: number | null): number | null => (value === null ? null : Number(value.toPrecision(3)));

const resultOf = ({ outcome }: Run, processes: readonly MemorySample[]): Certificate['result'] => {
  if ('refusal' in outcome) return outcome;
  const { report, soak } = outcome;
  return {
    info: report.info,
    passed: report.passed,
    failed: report.failed,
    deviations: report.deviations.map(({ op, case: name, reason, link }) => ({ op, case: name, reason, link })),
    failures: report.failures.slice(0, KEPT).map(({ message, ...rest }) => ({ ...rest, message: message.slice(0, 300) })),
    ops: report.ops.map(({ worstUlp, ...rest }) => ({ ...rest, worstUlp: threeDigits(worstUlp) })),
    seconds: seconds(report.milliseconds),
    soak: soak === undefined ? null : { ...soak, milliseconds: Math.round(soak.milliseconds), processes },
  };
};

/** Failures that a report holds: who fails more has one cause, and nobody reads them all. */
const KEPT = 20;

/** Judges a run and keeps what a reader of the report needs. */
export const certificateOf = (
  row: Row,
  tier: Tier,
  run: Run,
  processes: readonly MemorySample[],
  machine: Machine,
): Certificate => {
  const { id, backend, mode, place } = row;
  const { outcome, features } = run;
  const expected = features === undefined ? row.expected : expectationOf(row, features.devices);
  const complaints = [
    ...complaintsAbout(expected, outcome),
    ...('soak' in outcome && outcome.soak !== undefined ? complaintsAboutSoak(outcome.soak, processes) : []),
  ];
  return {
    row: { id, backend, ...(mode === undefined ? {} : { mode }), place },
    tier,
    date: new Date().toISOString(),
    machine,
    browser: features?.browser ?? null,
    devices: features?.devices ?? null,
    complaints: complaints.slice(0, KEPT).map((complaint) => complaint.slice(0, 500)),
    result: resultOf(run, processes),
  };
};
