import {
  adam,
  arithmeticCell,
  dense,
  drawnTask,
  glorotUniform,
  lstmCell,
  mse,
  nac,
  nacInit,
  nalu,
  recurrent,
  rnnCell,
  sequential,
  streamOf,
  uniform,
  type BatchSource,
  type Module,
  type Rows,
} from '@nalu/core';
import type { Cell, Experiment } from '../reproduce/experiment.ts';
import { rowsFrom } from '../reproduce/rows.ts';
import type { Range } from '../tasks/functions.ts';
import { publishedScores } from './functions-published.ts';
import { add, divide, multiply, root, square, subtract, type Operation } from './operations.ts';
import { sliceBatches, sliceRows, testSeed, validationSeed, type SliceTask } from './slices.ts';

const operations: readonly Operation[] = [add, subtract, multiply, divide, square, root];

const inside: Range = [1, 2];
const outside: Range = [2, 6];

interface Sizes {
  readonly inputs: number;
  readonly outputs: number;
}

const nacLayer = (sizes: Sizes): Module => nac({ ...sizes, weightInit: nacInit });
const naluLayer = (sizes: Sizes): Module =>
  nalu({ ...sizes, weights: 'shared', epsilon: 1e-7, weightInit: nacInit, gateInit: glorotUniform() });

/** Width between the layers, and of arithmetic states. */
const hidden = 2;
/** Width of the ordinary recurrent networks. */
const units = 10;

const inputs = 100;

const twoLayers = (first: (sizes: Sizes) => Module, second: (sizes: Sizes) => Module = first): Module =>
  sequential(first({ inputs, outputs: hidden }), second({ inputs: hidden, outputs: 1 }));

const staticModels: readonly (readonly [name: string, build: () => Module])[] = [
  ['relu6', () => twoLayers((sizes) => dense({ ...sizes, activation: 'relu6' }), dense)],
  ['linear', () => twoLayers(dense)],
  ['nac', () => twoLayers(nacLayer)],
  ['nalu', () => twoLayers(naluLayer)],
];

/** Numbers per step of a sequence, and steps in training. */
const width = 10;
const steps = 10;

const arithmetic =
  (layer: (sizes: Sizes) => Module) =>
  (length: number): Module =>
    sequential(
      recurrent({ cell: arithmeticCell(layer({ inputs: width + hidden, outputs: hidden })), steps: length }),
      layer({ inputs: hidden, outputs: 1 }),
    );

const recurrentModels: readonly (readonly [name: string, build: (length: number) => Module])[] = [
  [
    'lstm',
    (length) =>
      sequential(
        recurrent({ cell: lstmCell({ inputs: width, hidden: units }), steps: length }),
        dense({ inputs: units, outputs: 1 }),
      ),
  ],
  [
    'rnn-relu',
    (length) =>
      sequential(
        recurrent({ cell: rnnCell({ inputs: width, hidden: units, activation: 'relu' }), steps: length }),
        dense({ inputs: units, outputs: 1 }),
      ),
  ],
  ['nac', arithmetic(nacLayer)],
  ['nalu', arithmetic(naluLayer)],
];

/** The slices of 100 numbers: 25 each, 12 in both. */
const staticTask = (operation: Operation): SliceTask => ({ operation, inputs, a: [0, 25], b: [13, 38] });

const staticCell = ([name, build]: (typeof staticModels)[number], operation: Operation, column: number): Cell => {
  const task = staticTask(operation);
  const published = publishedScores(operation.name, column);
  return {
    module: name,
    operation: operation.name,
    range: 'U[1,2) → U[2,6)',
    setting: 'static',
    runs: 10,
    steps: 50_000,
    evaluateEvery: 1000,
    training: () => ({
      module: build(),
      loss: mse(),
      optimiser: adam({ learningRate: 1e-3 }),
      source: sliceBatches(task, inside, 128),
    }),
    validation: () => sliceRows(task, inside, validationSeed, 2000),
    tests: [
      { name: 'inside', rows: () => sliceRows(task, inside, testSeed, 2000), error: mse(), published: published.inside },
      { name: 'outside', rows: () => sliceRows(task, outside, testSeed, 2000), error: mse(), published: published.outside },
    ],
    criteria: [],
  };
};

/** In every step two of the ten numbers count for a and two for b, one of them for both. */
const counts = { a: [0, 1], b: [1, 2] } as const;

/** A batch of sequences: a and b are sums over all steps. */
const sequenceBatches = (operation: Operation, [low, high]: Range, count: number): BatchSource =>
  drawnTask(({ uniform: draw }) => {
    const x = draw([count, steps * width])
      .mul(high - low)
      .add(low);
    const totals = x.reshape([count, steps, width]).sum(1);
    const sum = ([first, last]: Range) => totals.slice([0, first], [count, last + 1]).sum(1, { keepDims: true });
    return { x, y: operation.graph(sum(counts.a), sum(counts.b)) };
  });

const sequenceRows = (operation: Operation, [low, high]: Range, length: number, seed: number, count: number): Rows => {
  const columns = length * width;
  const unit = uniform(seed, 0, streamOf(`sequences of ${length}`), 0, count * columns);
  return rowsFrom(
    count,
    columns,
    1,
    (row, column) => low + (high - low) * unit[row * columns + column]!,
    (x) => {
      const sum = ([first, last]: Range): number => {
        let total = 0;
        for (let t = 0; t < length; t++) for (let i = first; i <= last; i++) total += x[t * width + i]!;
        return total;
      };
      return [operation.of(sum(counts.a), sum(counts.b))];
    },
  );
};

const longer = 100;

const recurrentCell = ([name, build]: (typeof recurrentModels)[number], operation: Operation, column: number): Cell => {
  const published = publishedScores(operation.name, staticModels.length + column);
  return {
    module: name,
    operation: operation.name,
    range: 'U[1,2) → U[2,6), length 10 → 100',
    setting: 'recurrent',
    runs: 10,
    steps: 50_000,
    evaluateEvery: 1000,
    training: () => ({
      module: build(steps),
      loss: mse(),
      optimiser: adam({ learningRate: 1e-3 }),
      source: sequenceBatches(operation, inside, 128),
    }),
    validation: () => sequenceRows(operation, inside, steps, validationSeed, 1000),
    tests: [
      {
        name: 'inside',
        rows: () => sequenceRows(operation, inside, steps, testSeed, 1000),
        error: mse(),
        published: published.inside,
      },
      {
        name: 'outside',
        rows: () => sequenceRows(operation, outside, steps, testSeed, 1000),
        error: mse(),
        published: published.outside,
      },
      {
        name: 'longer',
        rows: () => sequenceRows(operation, inside, longer, testSeed, 200),
        error: mse(),
        module: build(longer),
      },
    ],
    criteria: [],
  };
};

const quickModels = new Set(['linear', 'nac', 'nalu']);

/** Simple functions of sums, static and recurrent. */
export const functionsExperiment: Experiment = {
  name: 'functions',
  title: 'Simple functions of two sums, static and recurrent',
  paper: 'Trask et al. 2018, arXiv 1808.00508, section 4.1, table 1',
  criterion:
    'No run is called a success. Score: 100 times the mean squared error over that of the untrained networks; 0 is perfect, 100 as bad as random.',
  protocol: [
    'Static: of 100 numbers from U[1,2), a is the sum of 25 and b of another 25, 12 of which are in both. Two layers with a width of 2 between them.',
    'Recurrent: sequences of 10 steps with 10 numbers each; in every step two numbers count for a and two for b, one of them for both. LSTM and ReLU network with 10 units and a linear layer; NAC and NALU with a state of 2 and a second layer of the same kind.',
    'Learn a+b, a-b, a*b, a/b, a^2, sqrt(a): batches of 128 drawn anew in every step, mean squared error, Adam with learning rate 1e-3, 50,000 steps, 10 runs, the best parameters by validation rows from the training range.',
    'Tests: inside (U[1,2)), outside (U[2,6)), and for sequences longer (100 steps of U[1,2)).',
  ],
  deviations: [
    'The paper states neither ranges nor slices, widths, optimiser, steps nor number of runs: all of these are our protocol, along the lines of the arithmetic data set task. Only the scoring is its own.',
    'The published scores are unverified, and of other ranges; a low score can come from a very bad untrained network. Compare the order, not the digits. >999 is shown as 999.',
  ],
  scoring: 'share of random',
  cells: () => [
    ...operations.flatMap((operation) => staticModels.map((model, i) => staticCell(model, operation, i))),
    ...operations.flatMap((operation) => recurrentModels.map((model, i) => recurrentCell(model, operation, i))),
  ],
  quick: { runs: 2, scale: 0.01, keeps: ({ operation, module }) => operation === '+' && quickModels.has(module) },
};
