import type { NumericArray } from '../backend/arrays.ts';
import { checkBackend } from '../backend/checkBackend.ts';
import type { Backend, Precision } from '../backend/contract.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../checkpoint/checkpoint.ts';
import { checkSameModule, describeModule } from '../checkpoint/description.ts';
import { ArgumentError, CheckpointError, ExecutionError } from '../errors.ts';
import type { Formula, FormulaOptions } from '../formula/readFormula.ts';
import type { Module } from '../modules/contract.ts';
import { checkOptionNames, type OptionNames } from '../options.ts';
import { shown } from '../shown.ts';
import { drawnRows, fullBatch, type Rows } from './batches.ts';
import { checkSteps, checkWhole } from './checkOptions.ts';
import type { Clipping } from './clipping.ts';
import { checkedRows, splitRows } from './data.ts';
import { mse, type Loss } from './losses.ts';
import { createModel, type Model, type Parameters } from './model.ts';
import { adam, checkRate, type Hyper, type Optimiser } from './optimisers.ts';
import type { HistoryEntry, Progress, Stopped } from './progress.ts';
import type { Regulariser } from './regularisers.ts';
import type { RestartRule } from './restarts.ts';
import { cosine, type Schedule } from './schedules.ts';
import type { NamedTensor, Snapshot } from './snapshot.ts';
import type { Selection, Trainer } from './job.ts';
import { createTrainer } from './trainer.ts';
import type { Turns } from './turns.ts';

export interface FitOptions {
  readonly module: Module;
  readonly backend: Backend;
  /** Networks trained side by side from different initial values; the best one predicts. Default: 1. */
  readonly population?: number;
  /** Decides initial values, validation rows and batches. Default: 0. */
  readonly seed?: number;
  /** Default: 10,000. */
  readonly steps?: number;
  /** Rows per step, drawn anew and with replacement by every member. Default: all rows. */
  readonly batch?: number;
  /** Default: Adam with learning rate 0.05 and β₂ = 0.95, which brings NAC's weights to −1, 0 and 1. */
  readonly optimiser?: Optimiser;
  /** For all members, or one number for each. Default: the optimiser's own. */
  readonly learningRate?: Hyper;
  /** Default: half a cosine over `steps` when no optimiser is given, else none. */
  readonly schedule?: Schedule;
  /** Applied in order. Default: none. */
  readonly clipping?: readonly Clipping[];
  readonly regularisers?: readonly Regulariser[];
  /** Default: mean squared error. */
  readonly loss?: Loss;
  /**
   * Rows that choose the best step and the best member: a share of the given rows, rows of their own, or false to choose by
   * the training rows. Default: 0.2.
   */
  readonly validation?: number | false | { readonly x: NumericArray; readonly y: NumericArray };
  /** Evaluate at multiples of this number of steps. Default: 256. */
  readonly evaluateEvery?: number;
  /** A member stops when its validation loss has not improved for so many steps, at least 1. Default: never. */
  readonly patience?: number;
  /** When a member starts again from fresh parameters. Default: never. */
  readonly restart?: RestartRule;
  /** Groups of parameters that take turns. Default: all parameters move in every step. */
  readonly turns?: Turns;
  /** Interrupts training; the model is then the best so far. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Default: 'f32'. */
  readonly precision?: Precision;
  /**
   * A training state from `FittedModel.trainingState`: training goes on from it, with the same other options and data; others
   * are refused. The default schedule depends on `steps`: who means to train for longer later gives a schedule.
   */
  readonly resume?: Uint8Array;
}

/** What became of one member. */
export interface Member {
  readonly index: number;
  /** Loss of its best parameters on the validation rows; infinite when it never had a finite one. */
  readonly validationLoss: number;
  /** Step of its best parameters. */
  readonly bestStep: number;
  /** Steps that it trained. */
  readonly steps: number;
  /** True when its last loss was not finite. Its best parameters from before are kept. */
  readonly diverged: boolean;
  /** How often it started again from fresh parameters. */
  readonly restarts: number;
  readonly parameters: Parameters;
}

/** A trained model: the best member predicts. */
export interface FittedModel extends Model {
  readonly members: readonly Member[];
  /** The member with the smallest validation loss. */
  readonly best: Member;
  readonly diverged: number;
  /** One entry per evaluation. */
  readonly history: readonly HistoryEntry[];
  readonly stopped: Stopped;
  /** Steps done by the member that trained longest. */
  readonly steps: number;
  /** Time of one step of all members together; undefined when no step was made. */
  readonly microsecondsPerStep: number | undefined;
  readonly compileMilliseconds: number;
  /** Largest number of bytes on the device at one time, predicted from the compiled graphs. */
  readonly peakBytes: number;
  /** The rows that were used. */
  readonly rows: { readonly training: Rows; readonly validation: Rows };
  /** The formula of the best member, with its errors on the given rows. Default: all rows that `fit` was given. */
  formula(x?: NumericArray, y?: NumericArray, options?: Omit<FormulaOptions, 'predictions'>): Promise<Formula>;
  /** A checkpoint of the training itself, for `resume`. */
  trainingState(): Uint8Array<ArrayBuffer>;
}

/**
 * Adam with a short memory for squares. The gradient of W = tanh(Ŵ) ⊙ σ(M̂) shrinks as W nears −1, 0 or 1; with the usual
 * β₂ = 0.999 the step shrinks with it for thousands of steps, and W stops at 0.99. With 0.95 the step keeps its size.
 */
const defaultOptimiser = adam({ learningRate: 0.05, beta2: 0.95 });

const chosenOptimiser = ({ optimiser = defaultOptimiser, learningRate }: FitOptions): Optimiser => {
  if (learningRate === undefined) return optimiser;
  checkRate(optimiser.name, learningRate);
  return { ...optimiser, hyper: { ...optimiser.hyper, learningRate } };
};

const optionNames: OptionNames<FitOptions> = {
  module: true,
  backend: true,
  population: true,
  seed: true,
  steps: true,
  batch: true,
  optimiser: true,
  learningRate: true,
  schedule: true,
  clipping: true,
  regularisers: true,
  loss: true,
  validation: true,
  evaluateEvery: true,
  patience: true,
  restart: true,
  turns: true,
  signal: true,
  onProgress: true,
  precision: true,
  resume: true,
};

/** The mistakes that types do not stop in plain JavaScript, or that they do not see. */
const checkOptions = (options: FitOptions): void => {
  checkOptionNames('fit', options, optionNames);
  const { module, backend, precision = 'f32', patience, loss, optimiser } = options;
  if (typeof module?.apply !== 'function')
    throw new ArgumentError('fit needs a module, such as `module: nac({ inputs: 2, outputs: 1 })`.');
  checkBackend('fit', backend);
  if (!backend.info.precisions.includes(precision))
    throw new ArgumentError(
      `The backend "${backend.info.name}" computes in ${backend.info.precisions.join(' and ')}, not in ${precision}. Use another backend or precision.`,
    );
  if (loss !== undefined && typeof loss.terms !== 'function')
    throw new ArgumentError(`loss must be a loss, such as \`mse()\`, but it is ${shown(loss)}.`);
  if (optimiser !== undefined && typeof optimiser.hyper !== 'object')
    throw new ArgumentError(`optimiser must be an optimiser, such as \`adam()\`, but it is ${shown(optimiser)}.`);
  for (const name of ['clipping', 'regularisers'] as const)
    if (options[name] !== undefined && !Array.isArray(options[name]))
      throw new ArgumentError(`${name} must be a list, such as [${name === 'clipping' ? 'clipByGlobalNorm(1)' : 'l2(1e-4)'}].`);
  if (patience !== undefined && !(patience >= 1))
    throw new ArgumentError(`patience must be at least 1 step, but it is ${patience}.`);
};

/** The default optimiser's rate falls along half a cosine: steps of constant size would rattle around a weight of ½. */
const chosenSchedule = ({ optimiser, schedule }: FitOptions, steps: number): Schedule | undefined =>
  schedule ?? (optimiser === undefined && steps >= 1 ? cosine(steps) : undefined);

const divide = (
  rows: Rows,
  { validation = 0.2, module, precision = 'f32', seed = 0 }: FitOptions,
): { readonly training: Rows; readonly validation: Rows } => {
  if (validation === false) return { training: rows, validation: rows };
  if (typeof validation === 'number') {
    if (!(validation > 0 && validation < 1))
      throw new ArgumentError(`validation must be a share between 0 and 1, rows { x, y }, or false, but it is ${validation}.`);
    return splitRows(rows, validation, seed);
  }
  if (typeof validation !== 'object' || validation === null)
    throw new ArgumentError(
      `validation must be a share between 0 and 1, rows { x, y }, or false, but it is ${String(validation)}.`,
    );
  return { training: rows, validation: checkedRows(validation.x, validation.y, module, precision) };
};

const sourceOf = (rows: Rows, batch: number | undefined) => {
  if (batch === undefined) return fullBatch(rows);
  return drawnRows(rows, checkWhole('batch', batch, 1));
};

const ofMember = (parameters: ReadonlyMap<string, NamedTensor>, member: number): Parameters =>
  new Map(
    [...parameters].map(([path, { shape, data }]) => {
      const size = data.length / shape[0]!;
      return [path, { shape: shape.slice(1), data: data.slice(member * size, (member + 1) * size) }];
    }),
  );

const describeMembers = (
  { parameters, loss, step, last, steps }: Selection,
  lastBatch: ArrayLike<number>,
  restarts: readonly number[],
): readonly Member[] =>
  Array.from(loss, (validationLoss, index) => ({
    index,
    validationLoss,
    bestStep: step[index]!,
    steps: steps[index]!,
    diverged: !Number.isFinite(last[index]!) || !Number.isFinite(lastBatch[index]!),
    restarts: restarts[index]!,
    parameters: ofMember(parameters, index),
  }));

/** The message for a population of which no member ever had a finite loss. */
const nothingLearned = async (trainer: Trainer, population: number): Promise<ExecutionError> => {
  const found = await trainer.locateNonFinite();
  const where = found === undefined ? 'The loss on the validation rows is not finite from the start.' : found.message;
  return new ExecutionError(
    `None of the ${population} members ever had a finite validation loss. ${where} Scale the data, lower the learning rate, or clip the gradients.`,
  );
};

/** Options of `fit` that the trainer knows nothing of, and that decide what is selected and when members stop. */
type Rhythm = { readonly evaluateEvery: number; readonly patienceInSteps: number | null };

const restore = (trainer: Trainer, module: Module, rhythm: Rhythm, bytes: Uint8Array): void => {
  const checkpoint = decodeCheckpoint(bytes, 'nalu training state');
  checkSameModule(checkpoint.module, describeModule(module));
  for (const [name, wanted] of Object.entries(rhythm)) {
    const saved = checkpoint.metadata[name];
    if (saved !== undefined && saved !== wanted)
      throw new CheckpointError(
        `The training state was saved with ${name} = ${JSON.stringify(saved)}, but this fit has ${name} = ${JSON.stringify(wanted)}. Use the same settings to resume.`,
      );
  }
  trainer.restore(checkpoint);
};

/**
 * Learns y from x: trains a population of a module's instances, keeps the best parameters of each by their loss on
 * validation rows, and returns the best member as a model.
 *
 * @param x [rows, inputs]: nested arrays, `{ data, shape }`, or a vector when the module has one input.
 * @param y [rows, outputs], in the same forms.
 * @throws DataError naming row and column of bad data; ArgumentError for options that do not fit; CheckpointError for a
 * training state of another module or with other options; ExecutionError when the backend fails or nothing finite is learned.
 */
export const fit = async (x: NumericArray, y: NumericArray, options: FitOptions): Promise<FittedModel> => {
  const {
    module,
    backend,
    population = 1,
    seed = 0,
    steps = 10_000,
    precision = 'f32',
    loss = mse(),
    evaluateEvery = 256,
    patience,
    resume,
  } = options;
  checkOptions(options);
  checkSteps(steps);
  checkWhole('evaluateEvery', evaluateEvery, 1);
  const rhythm: Rhythm = { evaluateEvery, patienceInSteps: patience ?? null };
  const schedule = chosenSchedule(options, steps);
  const given = checkedRows(x, y, module, precision);
  const rows = divide(given, options);
  const trainer = createTrainer({
    module,
    backend,
    population,
    seed,
    precision,
    loss,
    optimiser: chosenOptimiser(options),
    source: sourceOf(rows.training, options.batch),
    validation: rows.validation,
    ...(schedule && { schedule }),
    ...(options.clipping && { clipping: options.clipping }),
    ...(options.regularisers && { regularisers: options.regularisers }),
    ...(options.restart && { restart: options.restart }),
    ...(options.turns && { turns: options.turns }),
    ...(patience !== undefined && { patience: Math.max(1, Math.ceil(patience / evaluateEvery)) }),
  });
  try {
    if (resume !== undefined) restore(trainer, module, rhythm, resume);
    const stopped = await trainer.train({
      steps,
      evaluateEvery,
      ...(options.signal && { signal: options.signal }),
      ...(options.onProgress && { onProgress: options.onProgress }),
    });
    const members = describeMembers(await trainer.select(), await trainer.losses(), trainer.restarts);
    const best = members.reduce((least, member) => (member.validationLoss < least.validationLoss ? member : least));
    if (!Number.isFinite(best.validationLoss)) throw await nothingLearned(trainer, population);
    const snapshot: Snapshot = await trainer.snapshot();
    const model = createModel({
      module,
      backend,
      parameters: best.parameters,
      precision,
      metadata: { seed, member: best.index, step: best.bestStep, validationLoss: best.validationLoss },
    });
    const { history, microsecondsPerStep, compileMilliseconds, peakBytes } = trainer;
    return {
      ...model,
      members,
      best,
      diverged: members.filter(({ diverged }) => diverged).length,
      history,
      stopped,
      steps: members.reduce((most, member) => Math.max(most, member.steps), 0),
      microsecondsPerStep,
      compileMilliseconds,
      peakBytes,
      rows,
      formula: (formulaX = given.x, formulaY = given.y, formulaOptions) => model.formula(formulaX, formulaY, formulaOptions),
      trainingState: () =>
        encodeCheckpoint({
          kind: 'nalu training state',
          module: describeModule(module),
          ...snapshot,
          metadata: { ...snapshot.metadata, ...rhythm },
        }),
    };
  } finally {
    trainer.dispose();
  }
};
