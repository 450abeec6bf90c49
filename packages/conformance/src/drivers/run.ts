import { checkOptionNames } from '@nalu/core/backend';
import type { Check } from '../check.ts';
import { problemsWith } from '../deviations.ts';
import { reportOn, type Outcome, type Report } from '../report.ts';
import { checksOf } from '../suite.ts';
import { conformanceOptions, type ConformanceOptions } from './options.ts';
import { outcomeOf } from './outcome.ts';

export interface Progress {
  /** Checks that have run. */
  readonly done: number;
  readonly total: number;
  /** The check that runs next, such as `tanh: signed zeros`; empty at the end. */
  readonly next: string;
}

export interface RunOptions extends ConformanceOptions {
  readonly onProgress?: (progress: Progress) => void;
  /** Ends the suite between two checks; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** How long timers, signals and progress bars wait for their turn, in milliseconds. */
const BREATH = 30;

const breathe = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 0));

const nameOf = (check: Check | undefined): string => (check === undefined ? '' : `${check.op}: ${check.case}`);

/**
 * Runs the suite without a test runner.
 *
 * @returns the report; it also says what failed. A backend that cannot be created rejects with `create`'s own error.
 */
export const runConformance = async (options: RunOptions): Promise<Report> => {
  checkOptionNames('runConformance', options, { ...conformanceOptions, onProgress: true, signal: true });
  const { create, deviations = [], tier = 'smoke', failNextStep, onProgress, signal } = options;
  const checks = checksOf(tier);
  const start = performance.now();
  const backend = await create();
  const { info } = backend;
  const outcomes: Outcome[] = [];
  let breathed = start;
  try {
    for (const [done, check] of checks.entries()) {
      onProgress?.({ done, total: checks.length, next: nameOf(check) });
      if (performance.now() - breathed > BREATH) {
        await breathe();
        breathed = performance.now();
      }
      signal?.throwIfAborted();
      outcomes.push(await outcomeOf(check, { backend, create, tier, failNextStep }, deviations));
    }
    onProgress?.({ done: checks.length, total: checks.length, next: '' });
  } finally {
    await backend.dispose();
  }
  return reportOn(info, tier, outcomes, problemsWith(deviations, checks), performance.now() - start);
};
