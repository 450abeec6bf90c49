import { ExecutionError, fit, type Backend, type FittedModel, type Loss, type Module } from '@nalu/core';
import type { Examples } from '../tasks/sample.ts';
import type { Fitted } from './best.ts';
import { meanSquaredError, relativeError } from './measure.ts';
import type { ModelEntry } from './models.ts';
import type { FitProblem } from './problem.ts';
import { readModel } from './readout.ts';
import { learnedBelow, type FitRun } from './run.ts';

/** How to train. */
export interface FitSettings {
  /** Networks that are trained at once, each from its own initial weights. */
  readonly seeds: number;
  readonly steps: number;
  /** Of the initial weights. */
  readonly seed: number;
}

export interface FitHooks {
  /** Ends the training early; the result is then the best so far. */
  readonly signal?: AbortSignal;
  /** Told the share of the steps that is done. */
  readonly onProgress?: (fraction: number) => void;
}

const matrix = ({ x, rows, columns }: Examples): { readonly data: Float64Array; readonly shape: readonly number[] } => ({
  data: x,
  shape: [rows, columns],
});

const judge = async (model: FittedModel, examples: Examples): Promise<{ readonly mse: number; readonly relative: number }> => {
  const { data } = await model.predict(matrix(examples));
  return { mse: meanSquaredError(data, examples.y), relative: relativeError(data, examples.y) };
};

interface Judged {
  readonly interpolation: FitRun['interpolation'];
  readonly extrapolation: FitRun['extrapolation'];
  readonly reading: ReturnType<typeof readModel>;
}

const nothing = { mse: NaN, relative: NaN };

/** A population of which no member ever had a finite error: a result like others, not the end of a comparison. */
const failedRun = (
  about: Pick<FitRun, 'model' | 'title' | 'backend' | 'seeds'>,
  milliseconds: number,
  failure: string,
): FitRun => ({
  ...about,
  member: null,
  steps: 0,
  interrupted: false,
  failure,
  validation: { mse: NaN },
  interpolation: nothing,
  extrapolation: nothing,
  learned: false,
  formula: null,
  noFormula: 'nothing was learned',
  latex: null,
  formulaError: null,
  weights: [],
  gates: [],
  milliseconds,
  microsecondsPerStep: null,
  peakBytes: null,
});

const withoutFormula = (isArithmetic: boolean): string =>
  isArithmetic ? 'the formula is too long to show' : 'an ordinary network has no formula';

const describe = (
  about: Pick<FitRun, 'model' | 'title' | 'backend' | 'seeds'>,
  { isArithmetic, unit }: { readonly isArithmetic: boolean; readonly unit: number },
  milliseconds: number,
  model: FittedModel,
  { interpolation, extrapolation, reading: { readout, weights, gates } }: Judged,
): FitRun => ({
  ...about,
  member: model.best.index,
  steps: model.steps,
  interrupted: model.stopped === 'aborted',
  failure: null,
  validation: { mse: model.best.validationLoss * unit ** 2 },
  interpolation,
  extrapolation,
  learned: extrapolation.relative < learnedBelow,
  formula: readout?.formula ?? null,
  noFormula: readout === null ? withoutFormula(isArithmetic) : null,
  latex: readout?.latex ?? null,
  formulaError: readout?.formulaError ?? null,
  weights,
  gates,
  milliseconds,
  microsecondsPerStep: model.microsecondsPerStep === undefined ? null : model.microsecondsPerStep / about.seeds,
  peakBytes: model.peakBytes,
});

/** Mean squared error of answers in this unit. */
export const squaredErrorIn = (unit: number): Loss => ({
  name: 'mse',
  terms: (prediction, target) => prediction.sub(target).div(unit).square(),
});

const train = (
  problem: FitProblem,
  module: Module,
  backend: Backend,
  { seeds, steps, seed }: FitSettings,
  { signal, onProgress }: FitHooks,
  training: ModelEntry['training'],
): Promise<FittedModel> =>
  fit(matrix(problem.train), problem.train.y, {
    module,
    backend,
    population: seeds,
    seed,
    steps,
    validation: { x: matrix(problem.validation), y: problem.validation.y },
    loss: squaredErrorIn(problem.unit),
    ...training?.(steps),
    ...(signal && { signal }),
    ...(onProgress && { onProgress: (progress) => onProgress(progress.step / progress.steps) }),
  });

/** Trains a population of one kind of network on a problem, chooses the best member by validation, and judges it inside and far outside. */
export const fitModel = async (
  problem: FitProblem,
  { name, title, isArithmetic, build, training }: ModelEntry,
  backend: Backend,
  settings: FitSettings,
  hooks: FitHooks = {},
): Promise<Fitted> => {
  const started = performance.now();
  const about = { model: name, title, backend: backend.info.name, seeds: settings.seeds };
  try {
    const model = await train(problem, build(problem), backend, settings, hooks, training);
    const judged = {
      interpolation: await judge(model, problem.interpolation),
      extrapolation: await judge(model, problem.extrapolation),
      reading: readModel(model, problem),
    };
    return { run: describe(about, { isArithmetic, unit: problem.unit }, performance.now() - started, model, judged), model };
  } catch (error) {
    if (!(error instanceof ExecutionError)) throw error;
    return { run: failedRun(about, performance.now() - started, error.message), model: undefined };
  }
};
