import {
  adam,
  clipByGlobalNorm,
  dense,
  drawnRows,
  glorotUniform,
  lstmCell,
  mae,
  nac,
  nacInit,
  nalu,
  normalInit,
  perStep,
  recurrent,
  sequential,
  type Module,
  type Rows,
} from '@nalu/core';
import type { Cell, Experiment, TestSet } from '../reproduce/experiment.ts';
import { longest, splitNumerals, tokens, words } from './numerals.ts';

/** Words and the filling. */
const vocabulary = words.length + 1;
const embedding = 256;
const units = 10;

/** Each word as a row of zeros with a one. */
const rowsOf = (numbers: readonly number[]): Rows => {
  const sentences = numbers.map(tokens);
  const x = new Float64Array(numbers.length * longest * vocabulary);
  sentences.forEach((sentence, row) =>
    sentence.forEach((word, t) => {
      x[(row * longest + t) * vocabulary + word] = 1;
    }),
  );
  return {
    x: { shape: [numbers.length, longest * vocabulary], data: x },
    y: { shape: [numbers.length, 1], data: Float64Array.from(numbers) },
  };
};

const reader = (last: Module): Module =>
  sequential(
    perStep(dense({ inputs: vocabulary, outputs: embedding, bias: false, weightInit: normalInit(0, 1) }), longest),
    recurrent({ cell: lstmCell({ inputs: embedding, hidden: units }), steps: longest }),
    last,
  );

const sizes = { inputs: units, outputs: 1 };

interface Model {
  readonly name: string;
  readonly build: () => Module;
  /** Mean absolute errors: training, validation, test. */
  readonly cited: readonly [number, number, number];
}

const models: readonly Model[] = [
  { name: 'lstm', build: () => reader(dense(sizes)), cited: [0.003, 29.9, 29.4] },
  { name: 'lstm-nac', build: () => reader(nac({ ...sizes, weightInit: nacInit })), cited: [80, 114.1, 114.3] },
  {
    name: 'lstm-nalu',
    build: () => reader(nalu({ ...sizes, weights: 'shared', epsilon: 1e-7, weightInit: nacInit, gateInit: glorotUniform() })),
    cited: [0.12, 0.39, 0.41],
  },
];

const cell = ({ name, build, cited }: Model): Cell => {
  const { train, validation, test } = splitNumerals();
  const judged = (part: string, numbers: readonly number[], index: number): TestSet => ({
    name: part,
    rows: () => rowsOf(numbers),
    error: mae(),
    published: { value: cited[index]!, certainty: 'unverified' },
  });
  return {
    module: name,
    operation: 'numeral to number',
    range: '1 to 1000',
    setting: '',
    runs: 10,
    steps: 50_000,
    evaluateEvery: 500,
    training: () => ({
      module: build(),
      loss: mae(),
      optimiser: adam({ learningRate: 0.01 }),
      clipping: [clipByGlobalNorm(1)],
      source: drawnRows(rowsOf(train), 32),
    }),
    validation: () => rowsOf(validation),
    tests: [judged('training', train, 0), judged('validation', validation, 1), judged('test', test, 2)],
    criteria: [],
  };
};

export const language: Experiment = {
  name: 'language',
  title: 'From English numerals to numbers',
  paper: 'Trask et al. 2018, arXiv 1808.00508, section 4.3, table 3',
  criterion: 'No run is called a success. Score: mean absolute error, averaged over the runs.',
  protocol: [
    '"three hundred and seventy three" → 373: the numerals of 1 to 1000, 169 for training (every word occurs), 200 for validation, 631 for the test.',
    'Words are embedded in 256 numbers, read by an LSTM of 10 units, and the last state goes through a linear layer, a NAC or a NALU. (The authors, by letter, according to Madsen and Johansen.)',
    'Ours, because nothing is stated: mean absolute error, Adam with learning rate 0.01, gradients clipped to norm 1, batches of 32, 50,000 steps, 10 runs; the best parameters by validation rows.',
  ],
  deviations: [
    'The published errors are unverified. A linear layer, NAC or NALU on the last state tests no arithmetic between words, as Madsen and Johansen remark.',
    "An LSTM's state lies between -1 and 1 and a NAC's weights too, so LSTM-NAC cannot answer more than 10 here; the published 80 must come from another network.",
    'Short numerals are filled up at the front, and every run has the same split.',
  ],
  scoring: 'mean',
  cells: () => models.map(cell),
  quick: { runs: 1, scale: 0.002, keeps: () => true },
};
