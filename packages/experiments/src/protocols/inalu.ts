import {
  clipByValue,
  inalu,
  inaluSparsity,
  iota,
  mse,
  nalu,
  normalInit,
  rmsProp,
  stagnation,
  uniformInit,
  type BatchSource,
  type Module,
  type RestartRule,
  type Rows,
} from '@nalu/core';
import type { Cell, Experiment } from '../reproduce/experiment.ts';
import type { Published } from '../reproduce/published.ts';
import { rowsFrom } from '../reproduce/rows.ts';
import { drawNumbers, showDistribution, type Distribution } from './distributions.ts';
import { add, divide, multiply, subtract, type Operation } from './operations.ts';

const gateInit = normalInit(0, 0.1);
const mInit = normalInit(-1, 0.1);
const wInit = normalInit(1, 0.1);

/** A NALU with this paper's initial values, which differ for Ŵ and M̂. */
const plainNalu = (): Module => {
  const module = nalu({ inputs: 2, outputs: 1, weights: 'shared', epsilon: 1e-7, gateInit });
  const { wHat, mHat, gate } = module.params;
  return { ...module, params: { wHat: { ...wHat, init: wInit }, mHat: { ...mHat, init: mInit }, gate } };
};

const models: readonly (readonly [name: string, build: () => Module])[] = [
  ['nalu', plainNalu],
  ['inalu-shared', () => inalu({ inputs: 2, outputs: 1, weights: 'shared', wInit, mInit, gateInit })],
  ['inalu', () => inalu({ inputs: 2, outputs: 1, wInit, mInit, gateInit })],
];

interface Setting {
  readonly train: Distribution;
  readonly test: Distribution;
  /** Successes of ten by model: +, -, *, /. */
  readonly published: { readonly [model: string]: readonly number[] };
  /** What was found where a rate differs here, by model and operation. */
  readonly explanations?: { readonly [cell: string]: string };
}

const noneOfThese =
  "TensorFlow's RMSProp (mean squares that start from 1, ε under the root), RMSProp steps of its own for the penalty, and no penalty at all leave it at 10 of 10 here.";

/** The authors' runs that end with output 0. */
const outputIsZero = `In the authors' file the final test errors of these ten runs are the mean square of the target (0.5 for differences, 0.25 for products): their output is 0. Here they become that, with 0 of 10, when the sparsity penalty acts from the first step on, and not from epoch 11: it moves M̂, which starts below 0, further down, and W to 0. The runs here are past that by epoch 11; why the authors' are not is not known. ${noneOfThese}`;

const startsAgain =
  "In the authors' file every one of these runs starts again 8 or 9 times, as often as the rule allows: it looks at the losses of all steps, and quotients by exponential numbers have such outliers that the mean stays above 1. Here it looks at the losses at the ends of epochs, which miss most of them, and the runs are left alone.";

const learntBefore = `In the authors' file every one of these runs starts again 1 to 4 times; here all have learnt the product by step 8000, before the rule looks for the first time. With a penalty from the first step on, in RMSProp steps of its own that share the loss's mean squares as in their code, none succeeds here either. ${noneOfThese}`;

const normalOn = (low: number, high: number): Distribution => ({ kind: 'truncatedNormal', low, high });
const uniformOn = (low: number, high: number): Distribution => ({ kind: 'uniform', low, high });
const exponentialWith = (scale: number): Distribution => ({ kind: 'exponential', scale });

/** Counted from the authors' results of single runs: exp1_nalu_minimal_arith_results_ext.csv, last epoch, loss below 1e-5. */
const settings: readonly Setting[] = [
  {
    train: normalOn(-3, 3),
    test: normalOn(8, 10),
    published: { nalu: [0, 0, 0, 0], 'inalu-shared': [10, 9, 2, 4], inalu: [10, 10, 10, 3] },
  },
  {
    train: normalOn(-2, 4),
    test: normalOn(8, 10),
    published: { nalu: [10, 0, 8, 0], 'inalu-shared': [10, 9, 10, 6], inalu: [10, 10, 10, 5] },
  },
  {
    train: normalOn(-4, 2),
    test: normalOn(8, 10),
    published: { nalu: [0, 0, 0, 0], 'inalu-shared': [10, 8, 0, 1], inalu: [10, 10, 0, 3] },
    explanations: { 'inalu *': learntBefore },
  },
  {
    train: uniformOn(-1, 1),
    test: uniformOn(-10, -5),
    published: { nalu: [10, 0, 8, 0], 'inalu-shared': [10, 9, 2, 4], inalu: [10, 10, 10, 3] },
  },
  {
    train: uniformOn(-5, 5),
    test: uniformOn(-10, -5),
    published: { nalu: [0, 0, 0, 0], 'inalu-shared': [10, 8, 10, 4], inalu: [10, 10, 10, 3] },
  },
  {
    train: exponentialWith(0.8),
    test: exponentialWith(0.5),
    published: { nalu: [10, 0, 10, 0], 'inalu-shared': [10, 10, 10, 5], inalu: [10, 10, 10, 7] },
  },
  {
    train: exponentialWith(0.2),
    test: exponentialWith(0.5),
    published: { nalu: [0, 0, 7, 0], 'inalu-shared': [0, 0, 0, 0], inalu: [10, 10, 0, 0] },
    explanations: {
      'inalu-shared -': outputIsZero,
      'inalu *': outputIsZero,
      'inalu-shared /': startsAgain,
      'inalu /': startsAgain,
    },
  },
];

const operations: readonly Operation[] = [add, subtract, multiply, divide];

const points = 64_000;
const batch = 64;
/** Steps of an epoch. */
const epoch = points / batch;
const epochs = 100;

const pairs = (operation: Operation, distribution: Distribution, seed: number, count: number): Rows => {
  const numbers = drawNumbers(distribution, seed, 2 * count);
  return rowsFrom(
    count,
    2,
    1,
    (row, column) => numbers[2 * row + column]!,
    ([a, b]) => [operation.of(a!, b!)],
  );
};

/** All rows once per epoch, in their order, which is random already. */
const inOrder = (data: Rows): BatchSource => ({
  data,
  draw: (rows, { step }) => {
    // In the middle of a step, so that a quotient that is slightly too small does not fall into the epoch before.
    const inEpoch = step.sub(step.add(0.5).div(epoch).floor().mul(epoch));
    const index = iota([batch], 0).add(inEpoch.mul(batch));
    return { x: rows!.x.gather(index), y: rows!.y.gather(index) };
  },
});

/** Every ten epochs, a run whose losses stagnate above 1 starts again from U[-2,2). */
const everyTenEpochs = (scale: number): RestartRule => {
  const every = Math.round(10 * epoch * scale);
  const rule = stagnation({ after: every - 1, losses: 'training', init: uniformInit(-2, 2) });
  return {
    ...rule,
    name: `${rule.name}, every ${every} steps`,
    isDue: (history) => history.steps % every === 0 && rule.isDue(history),
  };
};

const cell = ([name, build]: (typeof models)[number], operation: Operation, setting: Setting, index: number): Cell => {
  const { train, test, explanations = {} } = setting;
  const explanation = explanations[`${name} ${operation.name}`];
  const published: Published = {
    value: setting.published[name]![index]! / 10,
    certainty: 'computed',
    runs: 10,
    ...(explanation && { explanation }),
  };
  return {
    module: name,
    operation: operation.name,
    range: `${showDistribution(train)} → ${showDistribution(test)}`,
    setting: '',
    runs: 10,
    steps: epochs * epoch,
    evaluateEvery: epoch,
    training: (scale) => ({
      module: build(),
      loss: mse(),
      optimiser: rmsProp({ learningRate: 0.01, decay: 0.9, epsilon: 1e-10 }),
      clipping: [clipByValue(0.1)],
      regularisers: [inaluSparsity({ after: 11 * epoch * scale })],
      turns: { period: 10, groups: { weights: [0, 8], gate: [8, 10] } },
      restart: everyTenEpochs(scale),
      source: inOrder(pairs(operation, train, 100, points)),
    }),
    validation: () => pairs(operation, train, 101, 10_000),
    lastCounts: true,
    tests: [{ name: 'outside', rows: () => pairs(operation, test, 102, 10_000), error: mse() }],
    criteria: [{ name: 'MSE < 1e-5', test: 'outside', below: 1e-5 }],
    published,
  };
};

/** iNALU's own comparison with NALU: one layer, two inputs. */
export const inaluExperiment: Experiment = {
  name: 'inalu',
  title: "iNALU's minimal arithmetic task: one layer, two inputs, seven distributions",
  paper: 'Schlör, Ring and Hotho 2020, Frontiers in Artificial Intelligence 3:71, arXiv 2003.07629, experiment 1',
  criterion: 'Test MSE below 1e-5 after the last epoch.',
  protocol: [
    'y = a op b. U: uniform; N(l,h): normal with mean (l+h)/2 and deviation (h-l)/6, cut off at l and h; E(s): exponential with scale s.',
    '64,000 rows, batches of 64, 100 epochs; mean squared error; RMSProp, learning rate 0.01, decay 0.9; every gradient clipped to ±0.1. Weights move in 8 batches of 10, the gate in the other 2.',
    'From epoch 11 on, while the loss of the batch is below 1, 0.05 times the sparsity penalty. Every tenth epoch a run starts again from U[-2,2) when its loss stagnates above 1.',
    'Initial values: Ŵ ~ N(1, 0.1), M̂ ~ N(-1, 0.1), g ~ N(0, 0.1). 10 runs. The same training for all models.',
    "nalu: shared weights, gate σ(x·G) (the paper's matrix and vector gates are the same with one output); inalu-shared: iNALU (sw); inalu: iNALU (iw).",
  ],
  deviations: [
    "The authors' code takes two more RMSProp steps for the penalty, one for the weights and one for the gate; here it is added to the loss, and moves what has its turn.",
    'Stagnation is judged once every ten epochs, by the losses at the ends of epochs; there in every step of every tenth epoch, by the losses of all steps.',
    'All runs have the same rows; there every seed draws its own. The test set has 10,000 rows; there 64,000.',
    "TensorFlow's RMSProp starts its mean square from 1; here from 0.",
  ],
  scoring: 'median',
  cells: () =>
    settings.flatMap((setting) =>
      operations.flatMap((operation, index) => models.map((model) => cell(model, operation, setting, index))),
    ),
  quick: {
    runs: 4,
    scale: 0.1,
    keeps: ({ range, module }) => range === 'U(-1,1) → U(-10,-5)' && module !== 'inalu-shared',
  },
};
