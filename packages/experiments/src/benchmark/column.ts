import { NaluError } from '@nalu/core';
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

/** A workload ready to run, at its initial parameters. */
export interface Prepared {
  /** Called before runs are timed: takes the machine back from a column that shares it (tfjs has one backend in charge). */
  enter?(): Promise<void>;
  /** Trains for this many further steps, and returns or resolves when the device has finished them. */
  run(steps: number): void | Promise<void>;
  /** Ŵ, M̂ and G as they are now, each [members, inputs, outputs] in row-major order. */
  parameters(): Promise<readonly ArrayLike<number>[]>;
  /** What runs: the record shows it. */
  readonly path: string;
  /** The time it took to build what `run` runs, without loading a library. */
  readonly compileMilliseconds: number;
  dispose(): void | Promise<void>;
}

/** A column's refusal of a workload that it cannot do. */
export class WorkloadNotSupportedError extends NaluError {
  constructor(message: string) {
    super('workload-not-supported', message);
  }
}
