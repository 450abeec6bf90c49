import type { FittedModel } from '@nalu/core';
import type { FitRun } from './run.ts';

/** A report with its trained model. Whoever receives it disposes of the model. */
export interface Fitted {
  readonly run: FitRun;
  /** The chosen member; undefined when none ever had a finite error. */
  readonly model: FittedModel | undefined;
}

/** The one with the lowest finite error on validation rows; what happened far outside has no say. */
export const bestFit = (all: readonly Fitted[]): Fitted | undefined => {
  const finite = all.filter(({ run }) => Number.isFinite(run.validation.mse));
  return finite.reduce<Fitted | undefined>(
    (best, next) => (best !== undefined && best.run.validation.mse <= next.run.validation.mse ? best : next),
    undefined,
  );
};
