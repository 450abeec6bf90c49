import {
  activationNames,
  dense,
  fullBatch,
  mae,
  mse,
  nac,
  nalu,
  rmsProp,
  sequential,
  type ActivationName,
  type Module,
  type Rows,
} from '@nalu/core';
import type { Cell, Experiment } from '../reproduce/experiment.ts';
import { rowsFrom } from '../reproduce/rows.ts';

/**
 * Mean absolute error at ±20, read off a bitmap of figure 1. Its legend uses some colours twice, so each is right to about 0.5 and
 * some pairings are inferred.
 */
const publishedAt20: { readonly [name: string]: number } = {
  threshold: 16.5,
  hardtanh: 15.5,
  tanh: 14.5,
  tanhshrink: 14.5,
  sigmoid: 13.5,
  relu6: 13.2,
  hardshrink: 9.8,
  softsign: 4.2,
  leakyRelu: 3.3,
  prelu: 2.6,
  softplus: 2.35,
  softshrink: 1.6,
  relu: 1,
  selu: 0.5,
  elu: 0.45,
};

/** y = x at these points. */
const identityAt = (points: readonly number[]): Rows =>
  rowsFrom(
    points.length,
    1,
    1,
    (row) => points[row]!,
    ([x]) => [x!],
  );

const integers = (from: number, to: number): readonly number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

const width = 8;

const perceptron = (activation: ActivationName): Module =>
  sequential(
    dense({ inputs: 1, outputs: width, activation }),
    dense({ inputs: width, outputs: width, activation }),
    dense({ inputs: width, outputs: width, activation }),
    dense({ inputs: width, outputs: 1 }),
  );

const networks: readonly (readonly [name: string, build: () => Module, setting: string])[] = [
  ...activationNames.map((name) => [name, () => perceptron(name), ''] as const),
  ['nac', () => nac({ inputs: 1, outputs: 1 }), 'one layer'],
  ['nalu', () => nalu({ inputs: 1, outputs: 1 }), 'one layer'],
];

const cell = ([name, build, setting]: (typeof networks)[number]): Cell => ({
  module: name,
  operation: 'identity',
  range: '[-5,5] → [-20,20]',
  setting,
  runs: 100,
  steps: 10_000,
  evaluateEvery: 1000,
  training: () => ({
    module: build(),
    loss: mse(),
    optimiser: rmsProp({ learningRate: 0.01 }),
    source: fullBatch(identityAt(integers(-5, 5))),
  }),
  tests: [
    { name: 'inside', rows: () => identityAt(integers(-5, 5)), error: mae() },
    { name: 'over [-20,20]', rows: () => identityAt(integers(-20, 20)), error: mae(), curve: true },
    {
      name: 'at ±20',
      rows: () => identityAt([-20, 20]),
      error: mae(),
      ...(publishedAt20[name] !== undefined && { published: { value: publishedAt20[name], certainty: 'figure' } }),
    },
  ],
  criteria: [],
});

/** Figure 1 of the paper, and of the article: networks that learn y = x between −5 and 5 and are asked beyond. */
export const identity: Experiment = {
  name: 'identity',
  title: 'Failing to learn the identity function outside the training range',
  paper: 'Trask et al. 2018, arXiv 1808.00508, figure 1',
  criterion: 'No run is called a success. Score: mean absolute error, averaged over the networks.',
  protocol: [
    'Multilayer perceptrons with three hidden layers of width 8, one number in, one out; one activation per network.',
    'Training: the 11 integers from -5 to 5, all in every step; mean squared error; RMSProp, learning rate 0.01; 10,000 steps.',
    'Test: the 41 integers from -20 to 20. 100 networks per activation. The parameters after the last step count.',
    'Beside them, with the same training: one NAC and one NALU (1 → 1).',
  ],
  deviations: [
    "The paper states architecture and ranges, but not optimiser and number of steps: those are kevinzakka/NALU-pytorch's.",
    'The published figures at ±20 are read off a bitmap, to about 0.5.',
  ],
  scoring: 'mean',
  cells: () => networks.map(cell),
  quick: { runs: 10, scale: 0.1, keeps: ({ module }) => ['tanh', 'relu', 'elu', 'softsign', 'nac', 'nalu'].includes(module) },
};
