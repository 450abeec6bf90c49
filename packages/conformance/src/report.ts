import type { BackendInfo } from '@nalu/core/backend';
import { opNames } from '@nalu/core/graph';
import type { Check, Measure, Tier } from './check.ts';
import type { Deviation } from './deviations.ts';

/** One op of the op table: how much was compared, and the worst error. */
export interface OpSummary {
  readonly op: string;
  /** Values compared. */
  readonly cases: number;
  /** In units in the last place of the exact result; for contractions, of Σ|terms|. Null where nothing was measured. */
  readonly worstUlp: number | null;
  /** The input with the worst error. */
  readonly worstInput: string | null;
}

export interface Failure {
  readonly op: string;
  readonly case: string;
  readonly message: string;
}

/** The machine-readable result of the suite. */
export interface Report {
  readonly backend: string;
  readonly info: BackendInfo;
  readonly tier: Tier;
  /** Checks that passed. */
  readonly passed: number;
  /** Checks that failed, deviations that passed against expectation, and mistakes in the list of deviations. */
  readonly failed: number;
  /** Expected failures that happened. */
  readonly deviations: readonly (Deviation & { readonly message: string })[];
  readonly failures: readonly Failure[];
  readonly ops: readonly OpSummary[];
  readonly milliseconds: number;
}

/** How one check ended. */
export interface Outcome {
  readonly check: Check;
  readonly measure: Measure;
  /** The message of the failure; absent when the check passed. */
  readonly message?: string;
  readonly deviation?: Deviation;
}

/** What the suite says about an outcome: nothing when all is as expected. */
export const complaintAbout = ({ check, message, deviation }: Outcome): string | undefined => {
  if (deviation === undefined) return message;
  if (message !== undefined) return undefined;
  return `${check.op}: ${check.case} is listed as a deviation ("${deviation.reason}", ${deviation.link}), but it passes. Remove it from the list.`;
};

const worst = (outcomes: readonly Outcome[]): Measure | undefined =>
  outcomes
    .map(({ measure }) => measure)
    .reduce<Measure | undefined>((best, each) => ((each.worstUlp ?? -1) > (best?.worstUlp ?? -1) ? each : best), undefined);

/** Only values count: the error of a gradient is not the error of the op. */
const summaryOf = (op: string, outcomes: readonly Outcome[]): OpSummary => {
  const own = outcomes.filter(({ check }) => check.op === op);
  const values = worst(own.filter(({ check }) => check.case !== 'derivative' && check.case !== 'broadcasting'));
  return {
    op,
    cases: own.reduce((total, { measure }) => total + measure.cases, 0),
    worstUlp: values?.worstUlp ?? null,
    worstInput: values?.worstInput ?? null,
  };
};

/** Sums up the outcomes of a suite. */
export const reportOn = (
  info: BackendInfo,
  tier: Tier,
  outcomes: readonly Outcome[],
  problems: readonly string[],
  milliseconds: number,
): Report => {
  const failures: readonly Failure[] = [
    ...problems.map((message) => ({ op: 'deviations', case: 'known names', message })),
    ...outcomes.flatMap((outcome) => {
      const message = complaintAbout(outcome);
      return message === undefined ? [] : [{ op: outcome.check.op, case: outcome.check.case, message }];
    }),
  ];
  const tested = opNames.filter((op) => outcomes.some(({ check }) => check.op === op));
  return {
    backend: info.name,
    info,
    tier,
    passed: outcomes.filter(({ message, deviation }) => message === undefined && deviation === undefined).length,
    failed: failures.length,
    deviations: outcomes.flatMap(({ message, deviation }) =>
      message === undefined || deviation === undefined ? [] : [{ ...deviation, message }],
    ),
    failures,
    ops: tested.map((op) => summaryOf(op, outcomes)),
    milliseconds,
  };
};
