import { NaluError } from '@nalu/core';
import type { Unit } from './roofline/peaks.ts';
import type { Workload } from './workloads.ts';

/** One way to do the workloads: a baseline, or one of our backends. */
export interface Column {
  readonly name: string;
  /**
   * Builds everything that steps need, from the workload's initial parameters (`initialParameters`).
   * Rejects when this column cannot do the workload here; the error's message becomes the record's reason.
   */
  prepare(workload: Workload): Promise<Prepared>;
}

/** A column that does each task in a way of its own. */
export const columnOf = (name: string, ways: Readonly<Record<Workload['task'], Column['prepare']>>): Column => ({
  name,
  prepare: (workload) => ways[workload.task](workload),
});

/** A workload ready to run, at its initial parameters. */
export interface Prepared {
  /** Called before runs are timed: takes the machine back from a column that shares it (tfjs has one backend in charge). */
  enter?(): Promise<void>;
  /** Trains for this many further steps, or predicts so many times; returns or resolves when the device has finished. */
  run(steps: number): void | Promise<void>;
  /**
   * What is checked, in row-major order. Of training: Ŵ, M̂ and G as they are now, each [members, inputs, outputs]. Of inference:
   * the last predictions, [members, batch, outputs].
   */
  answer(): Promise<readonly ArrayLike<number>[]>;
  /** What runs: the record shows it. */
  readonly path: string;
  /** Whether a GPU is imitated in software. Default: false. */
  readonly software?: boolean;
  /** What one core computes with, where it computes on one. Default: null. */
  readonly unit?: Unit | null;
  /** The time it took to build what `run` runs, without loading a library; null where it is not known apart from the first run. */
  readonly compileMilliseconds: number | null;
  /** By the device's own clock, the milliseconds of one of the last run's `steps` steps, all members together; undefined where it has none. */
  deviceMilliseconds?(steps: number): Promise<number | undefined>;
  dispose(): void | Promise<void>;
}

/** A column's refusal of a workload that it cannot do. */
export class WorkloadNotSupportedError extends NaluError {
  constructor(message: string) {
    super('workload-not-supported', message);
  }
}
