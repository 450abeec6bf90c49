import type { Progress, Tier } from '@nalu/conformance';
import type { Features } from '../run/features.ts';
import type { Outcome } from '../run/runRow.ts';
import type { Mark } from '../run/soak.ts';
import type { Row } from '../table/row.ts';

export interface RunnerOptions {
  readonly tier: Tier;
  /** 0: none. */
  readonly soakSteps: number;
  readonly onProgress: (progress: Progress) => void;
  /** The row waits meanwhile; the number is that of the first process that runs it. */
  readonly onMark: (mark: Mark, pid: number) => void;
  readonly signal: AbortSignal;
}

export interface Run {
  readonly outcome: Outcome;
  /** What was on in the page; absent in Node. */
  readonly features?: Features;
}

/** Runs a row at its place. It rejects when the place breaks down, or with the signal's reason. */
export type Runner = (row: Row, options: RunnerOptions) => Promise<Run>;
