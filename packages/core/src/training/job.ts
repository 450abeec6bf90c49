import type { Backend, Executable, Precision } from '../backend/contract.ts';
import type { FloatArray } from '../ops/row.ts';
import type { Rows } from './batches.ts';
import type { NonFinite } from './nonFinite.ts';
import type { HistoryEntry, Progress, Stopped } from './progress.ts';
import type { Recipe } from './recipe.ts';
import type { RestartRule } from './restarts.ts';
import type { NamedTensor, Snapshot } from './snapshot.ts';

export interface TrainerOptions extends Recipe {
  readonly backend: Backend;
  /** Members trained side by side, each with its own parameters and random numbers. Default: 1. */
  readonly population?: number;
  /** Global index of the first member. Default: 0. */
  readonly firstMember?: number;
  /** Default: 'f32'. */
  readonly precision?: Precision;
  /** Rows that choose the best step and member; per member when the training rows are. Default: none, nothing is chosen. */
  readonly validation?: Rows;
  /** A member stops after so many evaluations in a row without a better validation loss. Default: never. */
  readonly patience?: number;
  /** When a member starts again from fresh parameters; needs validation rows, at whose evaluations it is asked. Default: never. */
  readonly restart?: RestartRule;
  /** Initial parameters by path, [population, ...shape]. Default: from the initialisers. */
  readonly initial?: ReadonlyMap<string, FloatArray>;
  /**
   * Lengths of the compiled loops. Default: powers of sixteen, chosen so that a call takes at most 50 ms. A caller who runs the
   * same number of steps again and again gives that number.
   */
  readonly chunkLengths?: readonly number[];
}

export interface TrainOptions {
  /** Train until so many steps are done in all. */
  readonly steps: number;
  /** Evaluate at multiples of this number of steps. Default: 256. */
  readonly evaluateEvery?: number;
  /** Interrupts training; the state stays that of the last finished call. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** The best of every member so far, on the host. */
export interface Selection {
  /** Best parameters by path, [population, ...shape]. */
  readonly parameters: ReadonlyMap<string, NamedTensor>;
  /** Validation loss of the best parameters; infinite for a member that never had a finite one. */
  readonly loss: FloatArray;
  /** Step of the best parameters. */
  readonly step: FloatArray;
  /** Validation loss at the last evaluation. */
  readonly last: FloatArray;
  /** Steps that each member has done. */
  readonly steps: FloatArray;
}

/** A training job whose state lives on the device. Use one call at a time. */
export interface Trainer {
  /** Steps done. */
  readonly steps: number;
  readonly history: readonly HistoryEntry[];
  /** How often each member started again. */
  readonly restarts: readonly number[];
  /** Exactly so many further steps, without evaluations; resolves when the device has done them. */
  run(steps: number): Promise<void>;
  /** Trains with evaluations, progress and interruption. */
  train(options: TrainOptions): Promise<Stopped>;
  /** Current parameters by path, [population, ...shape]. */
  parameters(): Promise<ReadonlyMap<string, NamedTensor>>;
  /** Loss of the last training batch, per member. */
  losses(): Promise<FloatArray>;
  /** The best so far, the present state included. Needs validation rows. */
  select(): Promise<Selection>;
  /** Everything that training on needs. Restored into a trainer with the same options, it goes on bit for bit. */
  snapshot(): Promise<Snapshot>;
  /** @throws CheckpointError when the snapshot belongs to other options. */
  restore(snapshot: Snapshot): void;
  /** Finds where the first NaN or infinity came from, by training again from the start or the last restored state. */
  locateNonFinite(): Promise<NonFinite | undefined>;
  /** Time of one step of all members together, without compilation and first calls; undefined before the first steps. */
  readonly microsecondsPerStep: number | undefined;
  /** Milliseconds spent compiling. */
  readonly compileMilliseconds: number;
  /** Largest number of bytes on the device at one time, predicted from the plans of the graphs that ran. */
  readonly peakBytes: number;
  /** Plans of the executables in use, with their number of steps (0: evaluation). */
  readonly executables: readonly { readonly steps: number; readonly executable: Executable }[];
  /** Frees everything that it holds on the device. Idempotent. */
  dispose(): void;
}
