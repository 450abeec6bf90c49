import { nearest } from '@nalu/experiments';
import {
  cellName,
  experiments,
  labelsOf,
  makePlan,
  type Experiment,
  type Plan,
  type PlanOptions,
} from '@nalu/experiments/reproduce';
import { UsageError } from '../usageError.ts';

const unknown = (what: string, word: string, known: readonly string[]): UsageError => {
  const near = nearest(word, known);
  return new UsageError(
    `There is no ${what} "${word}".${near === undefined ? '' : ` Did you mean "${near}"?`} Known: ${known.join(', ')}.`,
  );
};

/** @throws UsageError with the nearest name. */
export const chooseExperiment = (name: string): Experiment => {
  const found = experiments.find((experiment) => experiment.name === name);
  if (found !== undefined) return found;
  throw unknown(
    'experiment',
    name,
    experiments.map((experiment) => experiment.name),
  );
};

/** @throws UsageError for a label that no cell has, or when no cell has all of them. */
export const choosePlan = (experiment: Experiment, options: PlanOptions): Plan => {
  for (const label of ['module', 'operation', 'range', 'setting'] as const) {
    const known = labelsOf(experiment, label);
    const wrong = options[label]?.find((word) => !known.includes(word));
    if (wrong !== undefined)
      throw unknown(
        `${label} of "${experiment.name}"`,
        wrong,
        known.filter((word) => word !== ''),
      );
  }
  const plan = makePlan(experiment, options);
  if (plan.cells.length === 0)
    throw new UsageError(`No cell of "${experiment.name}" is all of that at once. --list shows the cells.`);
  const blind = plan.cells.find(({ cell, restarts }) => restarts > 1 && cell.validation === undefined);
  if (blind !== undefined)
    throw new UsageError(
      `--restarts: "${cellName(blind.cell)}" of "${experiment.name}" has no validation rows to choose by. --list shows other cells.`,
    );
  return plan;
};
