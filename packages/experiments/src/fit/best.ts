import type { FittedModel } from '@nalu/core';
import type { FitRun } from './run.ts';

/** A report with its trained model. Whoever receives it disposes of the model. */
export interface Fitted {
  readonly run: FitRun;
  /** The chosen member; undefined when none ever had a finite error. */
  readonly model: FittedModel | undefined;
}

/** How much larger the root mean square error of a model with a formula may be than that of one without. */
const worthAFormula = 2;

const lowest = (all: readonly Fitted[]): Fitted | undefined =>
  all.reduce<Fitted | undefined>(
    (lower, next) => (lower !== undefined && lower.run.validation.mse <= next.run.validation.mse ? lower : next),
    undefined,
  );

/**
 * The one with the lowest finite error on validation rows; what happened far outside has no say. Where that one has no formula,
 * one that has is preferred as long as its root mean square error on these rows is at most twice as large.
 */
export const bestFit = (all: readonly Fitted[]): Fitted | undefined => {
  const finite = all.filter(({ run }) => Number.isFinite(run.validation.mse));
  const best = lowest(finite);
  const readable = lowest(finite.filter(({ run }) => run.formula !== null));
  if (best === undefined || readable === undefined) return best;
  return readable.run.validation.mse <= worthAFormula ** 2 * best.run.validation.mse ? readable : best;
};
