import type { FloatArray } from '../ops/row.ts';

/** One evaluation: what a curve shows. */
export interface HistoryEntry {
  readonly step: number;
  /** Loss of the last training batch, per member, with penalties left out. NaN or infinite for members that diverged. */
  readonly loss: FloatArray;
  /** Loss on the validation rows, per member. */
  readonly validation: FloatArray;
}

/** What training reports between calls to the device, some tens of times a second at most. */
export interface Progress {
  /** Steps done, of `steps`. */
  readonly step: number;
  readonly steps: number;
  /** Members in all, members that still train, and members whose last losses were not finite. */
  readonly population: number;
  readonly active: number;
  readonly diverged: number;
  /** Smallest validation loss of any member so far; infinite before the first evaluation. */
  readonly bestLoss: number;
  /** Loss of the last training batch, per member. */
  readonly loss: FloatArray;
  /** Time of one step of all members together; undefined before it was measured. */
  readonly microsecondsPerStep: number | undefined;
}

/** Why training ended: all steps done, interrupted by its signal, or every member stopped improving. */
export type Stopped = 'finished' | 'aborted' | 'early';
