import { DeviceLostError, ExecutionError } from '../errors.ts';

/** What became of the step that computes a buffer. Shared by all its outputs. */
export interface Fate {
  /** The error that poisons them. */
  error: Error | undefined;
  /** Resolves when the machine knows how the step and all that it derives from ended; undefined once that is known. */
  pending: Promise<void> | undefined;
}

/** All is well, and known to be. */
export const SOUND: Fate = { error: undefined, pending: undefined };

export const poisoned = (error: Error): Fate => ({ error, pending: undefined });

/** The error of a step, as whoever reads its results gets it. */
export const stepError = (error: unknown, backend: string): Error => {
  if (error instanceof ExecutionError || error instanceof DeviceLostError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ExecutionError(`A step of the graph failed on the backend "${backend}": ${message}`, { cause: error });
};

const outcomeOf = async (failure: Promise<unknown> | undefined, backend: string): Promise<Error | undefined> => {
  try {
    const error = await failure;
    return error === undefined ? undefined : stepError(error, backend);
  } catch (error) {
    return stepError(error, backend);
  }
};

const settle = async (fate: Fate, inputs: readonly Fate[], outcome: Promise<Error | undefined>): Promise<void> => {
  const error = await outcome;
  await Promise.all(inputs.map((input) => input.pending));
  // An input's error comes first: it is the cause.
  fate.error = inputs.find((input) => input.error !== undefined)?.error ?? error;
  fate.pending = undefined;
};

/**
 * The fate of a step that was enqueued on inputs of these fates.
 *
 * @param failure what the machine will know about the step itself: an error, or undefined when it ran.
 */
export const fateOfStep = (inputs: readonly Fate[], failure: Promise<unknown> | undefined, backend: string): Fate => {
  const waiting = inputs.filter((fate) => fate.pending !== undefined);
  if (failure === undefined && waiting.length === 0) return SOUND;
  const fate: Fate = { error: undefined, pending: undefined };
  fate.pending = settle(fate, waiting, outcomeOf(failure, backend));
  return fate;
};
