import { readFormula, type Formula, type FormulaReading, type TrainedModule } from '@nalu/core';
import type { Examples } from '../tasks/sample.ts';
import { relativeError } from './measure.ts';
import type { FitProblem } from './problem.ts';
import type { Readout } from './run.ts';

/** A longer formula explains nothing. */
const longest = 200;

const evaluateRows = (reading: FormulaReading, { x, rows, columns }: Examples): readonly number[] =>
  Array.from({ length: rows }, (_, row) => reading.evaluate(x.subarray(row * columns, (row + 1) * columns))[0]!);

/** On noisy rows a simple formula is what a person wants to see, as long as its error is at most so many times the network's. */
const simpleEnough = 1.25;

const shownReading = ({ shown, rounded, exact, errors }: Formula): FormulaReading | undefined => {
  if (rounded !== undefined && rounded.errors.relative <= simpleEnough * errors.model.relative) return rounded;
  return { rounded, exact, none: undefined }[shown];
};

/**
 * Reads a model's formula. Which rounding is shown is decided by the rows inside the training range alone; how it does far
 * outside is then measured for the formula itself.
 */
export const readModel = (
  model: TrainedModule,
  { inputs, interpolation, extrapolation }: FitProblem,
): { readonly readout: Readout | null } & Pick<Formula, 'weights' | 'gates'> => {
  const formula = readFormula(
    model,
    { data: interpolation.x, shape: [interpolation.rows, interpolation.columns] },
    interpolation.y,
    { inputNames: inputs },
  );
  const { weights, gates } = formula;
  const reading = shownReading(formula);
  // The weights of a network without a formula stand for nothing by themselves.
  if (reading === undefined || reading.text.length > longest) return { readout: null, weights: [], gates: [] };
  const sure = reading === formula.rounded && formula.rounded.holds;
  const error = (examples: Examples): number => relativeError(evaluateRows(reading, examples), examples.y);
  return {
    readout: {
      formula: sure ? reading.text : `≈ ${reading.text}`,
      latex: sure ? reading.latex : `\\approx ${reading.latex}`,
      formulaError: { interpolation: error(interpolation), extrapolation: error(extrapolation) },
    },
    weights,
    gates,
  };
};
