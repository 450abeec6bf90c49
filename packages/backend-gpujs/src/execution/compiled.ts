import type { Slice } from './storage.ts';

/** A plan that is ready to run. */
export interface CompiledPlan<H> {
  readonly outputSizes: readonly number[];
  /** Runs all steps. Inputs stay whose they were; the outputs are the caller's. */
  run(inputs: readonly Slice<H>[]): readonly Slice<H>[];
  readonly workingBytes: number;
  dispose(): void;
}

/** A plan whose values have places of their own for good, so that a loop over it moves only what changes. */
export interface ResidentPlan<H> extends CompiledPlan<H> {
  /** Puts a value where an input lies. */
  put(input: number, slice: Slice<H>): void;
  /** Runs all steps. */
  step(): void;
  /** Puts the first outputs where the carries lie. */
  advance(): void;
  /** A copy of an output, the caller's. */
  output(index: number): Slice<H>;
}
