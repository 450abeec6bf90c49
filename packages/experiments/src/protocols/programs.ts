import {
  adam,
  arithmeticCell,
  clipByGlobalNorm,
  concat,
  dense,
  drawnTask,
  glorotUniform,
  lstmCell,
  mae,
  mse,
  nac,
  nacInit,
  nalu,
  perStep,
  recurrent,
  sequential,
  streamOf,
  uniform,
  type BatchSource,
  type Module,
  type Rows,
} from '@nalu/core';
import type { Cell, Experiment } from '../reproduce/experiment.ts';
import { rowsFrom } from '../reproduce/rows.ts';
import { testSeed, validationSeed } from './slices.ts';

/** An instruction: 1 0 v adds v to the register, 0 1 v subtracts it; v is a whole number from 1 to 9. */
const instruction = 3;
const units = 32;
const trainLength = 10;
const lengths = [10, 20, 100, 1000];

const lstmOver = (length: number, outputs: 'last' | 'all'): Module =>
  recurrent({ cell: lstmCell({ inputs: instruction, hidden: units }), steps: length, outputs });

/** The LSTM turns each instruction into a number, which an arithmetic layer gathers. */
const gathered =
  (layer: Module) =>
  (length: number): Module =>
    sequential(
      lstmOver(length, 'all'),
      perStep(dense({ inputs: units, outputs: 1 }), length),
      recurrent({ cell: arithmeticCell(layer, 0), steps: length }),
    );

const pair = { inputs: 2, outputs: 1 };

const models: readonly (readonly [name: string, build: (length: number) => Module])[] = [
  ['lstm', (length) => sequential(lstmOver(length, 'last'), dense({ inputs: units, outputs: 1 }))],
  ['lstm-nac', gathered(nac({ ...pair, weightInit: nacInit }))],
  ['lstm-nalu', gathered(nalu({ ...pair, weights: 'shared', epsilon: 1e-7, weightInit: nacInit, gateInit: glorotUniform() }))],
];

/** Programs drawn anew in every step: two numbers per instruction decide sign and operand. */
const programs = (count: number): BatchSource =>
  drawnTask(({ uniform: draw }) => {
    const isAdd = draw([count, trainLength]).lt(0.5);
    const operand = draw([count, trainLength]).mul(9).floor().add(1);
    const column = [count, trainLength, 1];
    const x = concat([isAdd.reshape(column), isAdd.neg().add(1).reshape(column), operand.reshape(column)], 2);
    const signed = isAdd.mul(2).sub(1).mul(operand);
    return { x: x.reshape([count, trainLength * instruction]), y: signed.sum(1, { keepDims: true }) };
  });

const programRows = (length: number, seed: number, count: number): Rows => {
  const random = uniform(seed, 0, streamOf(`programs of ${length}`), 0, 2 * count * length);
  const value = (row: number, column: number): number => {
    const at = 2 * (row * length + Math.floor(column / instruction));
    const isAdd = random[at]! < 0.5;
    return [isAdd ? 1 : 0, isAdd ? 0 : 1, 1 + Math.floor(9 * random[at + 1]!)][column % instruction]!;
  };
  return rowsFrom(count, length * instruction, 1, value, (x) => {
    let register = 0;
    for (let t = 0; t < length; t++) register += (x[t * instruction]! - x[t * instruction + 1]!) * x[t * instruction + 2]!;
    return [register];
  });
};

const cell = ([name, build]: (typeof models)[number]): Cell => ({
  module: name,
  operation: 'programs of + and -',
  range: `length ${trainLength} → ${lengths.at(-1)}`,
  setting: '',
  runs: 10,
  steps: 20_000,
  evaluateEvery: 500,
  training: () => ({
    module: build(trainLength),
    loss: mse(),
    optimiser: adam({ learningRate: 0.003 }),
    clipping: [clipByGlobalNorm(1)],
    source: programs(64),
  }),
  validation: () => programRows(trainLength, validationSeed, 500),
  tests: lengths.map((length) => ({
    name: `length ${length}`,
    rows: () => programRows(length, testSeed, 200),
    error: mae(),
    module: build(length),
  })),
  criteria: [],
});

export const programsExperiment: Experiment = {
  name: 'programs',
  title: 'Running programs: trained on short ones, tested on long ones',
  paper: 'after Trask et al. 2018, arXiv 1808.00508, section 4.4; the settings are not published, so this is our protocol',
  criterion: 'No run is called a success. Score: mean absolute error of the result, averaged over the runs.',
  protocol: [
    'Our protocol. A program is a sequence of instructions on a register that starts from 0: add or subtract a whole number from 1 to 9. The answer is the register after the last instruction.',
    'Training: programs of 10 instructions, batches of 64 drawn anew, mean squared error, Adam with learning rate 0.003, gradients clipped to norm 1, 20,000 steps, 10 runs; the best parameters by 500 programs of 10. Tests: 200 programs each of 10, 20, 100 and 1000.',
    'lstm: 32 units and a linear layer. lstm-nac, lstm-nalu: the LSTM (32 units, linear) turns each instruction into a number, a recurrent NAC or NALU gathers them.',
  ],
  deviations: ['Nothing is published to compare with.'],
  scoring: 'mean',
  cells: () => models.map(cell),
  quick: { runs: 1, scale: 0.01, keeps: ({ module }) => module !== 'lstm-nalu', tests: ['length 10', 'length 20', 'length 100'] },
};
