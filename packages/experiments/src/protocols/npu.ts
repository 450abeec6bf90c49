import {
  adam,
  dense,
  drawnTask,
  glorotUniform,
  growth,
  inalu,
  inaluSparsity,
  l1,
  mae,
  mse,
  nalu,
  nmu,
  npu,
  realNpu,
  rmsProp,
  sequential,
  stack,
  uniformInit,
  type Initialiser,
  type Loss,
  type Module,
  type Optimiser,
  type Regulariser,
  type Rows,
} from '@nalu/core';
import type { Cell, Experiment, TestSet } from '../reproduce/experiment.ts';
import { rowsFrom } from '../reproduce/rows.ts';
import type { Range } from '../tasks/functions.ts';
import { add, divide, multiply, reciprocal, root, type Operation } from './operations.ts';
import { sliceBatches, sliceRows, testSeed } from './slices.ts';

/** y = x·W without bounds: the Julia package's NAU, which clamps nothing. */
const freeSum = (inputs: number, outputs: number, weightInit: Initialiser = glorotUniform()): Module =>
  dense({ inputs, outputs, bias: false, weightInit });

// The simple task ---------------------------------------------------------------------------------------------------------

const width = 6;

interface SimpleModel {
  readonly name: string;
  readonly build: () => Module;
  readonly optimiser: Optimiser;
  readonly regularisers?: (scale: number) => readonly Regulariser[];
  /** Median of the mean absolute errors: +, *, /, √. */
  readonly published: readonly number[];
}

const fluxRmsProp = (learningRate: number): Optimiser => rmsProp({ learningRate, decay: 0.9, epsilon: 1e-8 });

const glorotNalu = (inputs: number, outputs: number): Module =>
  nalu({ inputs, outputs, weights: 'shared', epsilon: 1e-8, weightInit: glorotUniform(), gateInit: glorotUniform() });

const glorotInalu = (inputs: number, outputs: number): Module =>
  inalu({ inputs, outputs, wInit: glorotUniform(), mInit: glorotUniform(), gateInit: uniformInit(-0.5, 0.5) });

const simpleModels: readonly SimpleModel[] = [
  {
    name: 'npu',
    build: () => sequential(npu({ inputs: 2, outputs: width }), freeSum(width, 4)),
    optimiser: adam({ learningRate: 5e-3 }),
    published: [0.2, 0.37, 0.23, 0.031],
  },
  {
    name: 'real-npu',
    build: () => sequential(realNpu({ inputs: 2, outputs: width }), freeSum(width, 4)),
    optimiser: adam({ learningRate: 5e-3 }),
    published: [0.08, 0.066, 0.085, 0.004],
  },
  {
    name: 'nmu',
    build: () => sequential(nmu({ inputs: 2, outputs: width, weightInit: uniformInit(0, 1) }), freeSum(width, 4)),
    optimiser: adam({ learningRate: 5e-3 }),
    published: [0.2, 0.005, 11.4, 0.16],
  },
  {
    name: 'nalu',
    build: () => sequential(glorotNalu(2, width), glorotNalu(width, 4)),
    optimiser: fluxRmsProp(5e-3),
    published: [2.69, 4.55, 3.33, 0.034],
  },
  {
    name: 'inalu',
    build: () => sequential(glorotInalu(2, width), glorotInalu(width, 4)),
    optimiser: fluxRmsProp(1e-3),
    regularisers: (scale) => [inaluSparsity({ strength: 1e-5, after: 10_000 * scale, below: Infinity })],
    published: [2.18, 3.45, 2.54, 0.049],
  },
  {
    name: 'dense',
    build: () =>
      sequential(
        dense({ inputs: 2, outputs: 50, activation: 'sigmoid' }),
        dense({ inputs: 50, outputs: 50, activation: 'sigmoid' }),
        dense({ inputs: 50, outputs: 4 }),
      ),
    optimiser: adam({ learningRate: 5e-3 }),
    published: [2.1, 3.55, 14.2, 0.084],
  },
];

/** What the network's four outputs are to be. */
const outputs: readonly Operation[] = [add, multiply, divide, root];

const steps = (from: number, step: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => from + step * i);

/** All pairs of these values. */
const grid = (values: readonly number[], { of }: Operation): Rows =>
  rowsFrom(
    values.length ** 2,
    2,
    1,
    (row, column) => values[column === 0 ? Math.floor(row / values.length) : row % values.length]!,
    ([x, y]) => [of(x!, y!)],
  );

/** |ŷ − y| of one output. */
const ofOutput = (index: number): Loss => ({
  name: 'mae',
  terms: (prediction, target) => mae().terms(prediction.slice([0, index], [prediction.shape[0]!, index + 1]), target),
});

const wide = steps(-4.1, 0.2, 41);
const positive = steps(0.1, 0.1, 40);

const simpleTests = (published: readonly number[]): readonly TestSet[] =>
  outputs.map((operation, i) => ({
    name: operation.name,
    rows: () => grid(operation === root ? positive : wide, operation),
    error: ofOutput(i),
    published: { value: published[i]!, certainty: 'certain' },
  }));

const simpleCell = ({ name, build, optimiser, regularisers, published }: SimpleModel): Cell => ({
  module: name,
  operation: 'x+y, xy, x/y, √x',
  range: 'U[0.1,2) → [-4.1,3.9]',
  setting: 'simple',
  runs: 20,
  steps: 20_000,
  evaluateEvery: 1000,
  training: (scale) => ({
    module: build(),
    loss: mse(),
    optimiser,
    ...(regularisers && { regularisers: regularisers(scale) }),
    source: drawnTask(({ uniform }) => {
      const x = uniform([100, 2]).mul(1.9).add(0.1);
      const a = x.slice([0, 0], [100, 1]).reshape([100]);
      const b = x.slice([0, 1], [100, 2]).reshape([100]);
      return { x, y: stack(outputs.map(({ graph }) => graph(a, b))).transpose() };
    }),
  }),
  tests: simpleTests(published),
  criteria: [],
});

// The large task ----------------------------------------------------------------------------------------------------------

interface LargeTask {
  readonly operation: Operation;
  readonly train: Range;
  readonly test: Range;
  readonly learningRate: number;
  /** Strength of L1 at the start and at the end; a factor of ten every 10,000 steps. */
  readonly l1: readonly [from: number, to: number];
  /** Median test MSE of NPU, Real NPU, NALU, NMU, naive NPU. */
  readonly published: readonly number[];
}

const largeTasks: readonly LargeTask[] = [
  {
    operation: add,
    train: [-1, 1],
    test: [-4, 4],
    learningRate: 1e-2,
    l1: [1e-5, 1e-4],
    published: [0.092, 0.063, 740, 0.00602, 162],
  },
  {
    operation: multiply,
    train: [-1, 1],
    test: [-4, 4],
    learningRate: 5e-3,
    l1: [1e-5, 1e-7],
    published: [4.28, 3.09, 2.9e83, 1.7, 3750],
  },
  {
    operation: reciprocal,
    train: [0, 0.5],
    test: [-0.5, 0.5],
    learningRate: 5e-3,
    l1: [1e-9, 1e-7],
    published: [1e-7, 1.4e-6, 530, 1.62, 5.4e17],
  },
  {
    operation: root,
    train: [0, 2],
    test: [0, 4],
    learningRate: 5e-3,
    l1: [1e-6, 1e-4],
    published: [0.054, 0.017, 7300, 10.96, 9.3e8],
  },
];

const inputs = 100;

/** The script's `rand`: tenths of numbers from U[0,1). */
const small = uniformInit(0, 0.1);

const behindSums = (second: Module): Module => sequential(freeSum(inputs, inputs, small), second);

const sizes = { inputs, outputs: 1, weightInit: small };

const largeNalu = (count: number): Module =>
  nalu({ inputs, outputs: count, weights: 'shared', epsilon: 1e-8, weightInit: small, gateInit: small });

/** In the order of the published figures. */
const largeModels: readonly (readonly [name: string, build: () => Module])[] = [
  ['npu', () => behindSums(npu(sizes))],
  ['real-npu', () => behindSums(realNpu(sizes))],
  ['nalu', () => sequential(largeNalu(inputs), largeNalu(1))],
  ['nmu', () => behindSums(nmu(sizes))],
  ['naive-npu', () => behindSums(npu({ ...sizes, gated: false }))],
];

const largeCell = (
  [name, build]: (typeof largeModels)[number],
  index: number,
  { operation, train, test, learningRate, l1: [from, to], published }: LargeTask,
): Cell => {
  // Half of the inputs in each sum, a quarter of these (12) in both.
  const task = { operation, inputs, a: [0, 50], b: [38, 88] } as const;
  return {
    module: name,
    operation: operation.name,
    range: `U(${train}) → U(${test})`,
    setting: 'large',
    runs: 10,
    steps: 100_000,
    evaluateEvery: 1000,
    training: (scale) => ({
      module: build(),
      loss: mse(),
      optimiser: fluxRmsProp(learningRate),
      regularisers: [l1(growth(from, to, { factor: from < to ? 10 : 0.1, every: 10_000 * scale }))],
      source: sliceBatches(task, train, 128),
    }),
    tests: [
      {
        name: 'outside',
        rows: () => sliceRows(task, test, testSeed, 1000),
        error: mse(),
        published: { value: published[index]!, certainty: 'certain' },
      },
    ],
    criteria: [],
  };
};

/** The NPU's own comparisons. */
export const npuExperiment: Experiment = {
  name: 'npu',
  title: "The NPU's simple task (four functions at once) and its large one (100 inputs)",
  paper: 'Heim, Pevný and Šmídl 2020, NeurIPS, arXiv 2006.01681',
  criterion:
    'No run is called a success. Score: the median over the runs, of the mean absolute error in the simple task, of the mean squared error in the large one.',
  protocol: [
    'Simple: (x, y) → (x+y, xy, x/y, √x), one network for all four. Training: x, y from U[0.1,2), batches of 100 drawn anew, mean squared error, 20,000 steps, 20 runs. Test: all pairs of -4.1, -3.9, …, 3.9; for √x of 0.1, 0.2, …, 4.',
    'Networks: NPU, Real NPU or NMU (2 → 6) and a NAU (6 → 4) with Adam, learning rate 0.005; NALU twice with RMSProp, 0.005; iNALU twice with RMSProp, 0.001, and its penalty in the second half; a dense network with two hidden layers of 50 sigmoid units with Adam, 0.005.',
    'Large: 100 inputs, a the sum of 50, b of another 50, 12 of which are in both; NAU (100 → 100) and the unit (100 → 1); batches of 128, RMSProp with learning rate 0.005 (+: 0.01), an L1 penalty that changes by a factor of ten every 10,000 steps, 100,000 steps, 10 runs, 1000 test rows.',
    'The parameters after the last step count.',
  ],
  deviations: [
    "Learning rates, optimisers and networks are those of the authors' scripts; the text says 0.001 for the simple task.",
    "The package's NAU clamps nothing; so does the one here. Its NMU clamps in use only, the one here after every step.",
    "The package's NALU has a bias in its gate, and its iNALU a gate that depends on the input; the ones here do not.",
    'The large task draws Sobol points there, and pseudo-random ones here.',
    'On positive rows the derivative by imaginary weights of 0 is exactly 0, so that in the simple task NPU and Real NPU are the same network; the published difference between them cannot come from the imaginary weights.',
  ],
  scoring: 'median',
  cells: () => [
    ...simpleModels.map(simpleCell),
    ...largeTasks.flatMap((task) => largeModels.map((model, i) => largeCell(model, i, task))),
  ],
  quick: {
    runs: 3,
    scale: 0.1,
    keeps: ({ setting, module }) => setting === 'simple' && ['npu', 'real-npu', 'nmu', 'nalu'].includes(module),
  },
};
