import type { FitRun } from './run.ts';

/** A trained model with its report. Whoever receives it disposes of it. */
export interface Fitted {
  readonly run: FitRun;
  /** The chosen member as a checkpoint (safetensors). */
  readonly save: () => Promise<Uint8Array>;
  readonly dispose: () => void;
}

/** The one with the lowest finite error on validation rows; what happened far outside has no say. */
export const bestFit = (all: readonly Fitted[]): Fitted | undefined => {
  const finite = all.filter(({ run }) => Number.isFinite(run.validation.mse));
  return finite.reduce<Fitted | undefined>(
    (best, next) => (best !== undefined && best.run.validation.mse <= next.run.validation.mse ? best : next),
    undefined,
  );
};
