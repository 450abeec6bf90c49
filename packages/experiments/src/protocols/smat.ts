import {
  adam,
  clipByGlobalNorm,
  clipByValue,
  gatedNauNmu,
  glorotUniform,
  gnalu,
  growth,
  inalu,
  inaluSparsity,
  l1,
  linearRamp,
  mcfc,
  mse,
  mulMcfc,
  nac,
  nacInit,
  nacMul,
  nacMulNmu,
  nacMulSigmoid,
  nalu,
  nau,
  nmru,
  nmu,
  npu,
  nru,
  realNpu,
  realNpuSparsity,
  snmu,
  sparsity,
  stagnation,
  type Module,
} from '@nalu/core';
import type { Cell, Experiment, Pool, Training } from '../reproduce/experiment.ts';
import type { Published } from '../reproduce/published.ts';
import { showDraw, type Draw } from '../reproduce/rows.ts';
import type { Range } from '../tasks/functions.ts';
import { add, divide, multiply, subtract, type Operation } from './operations.ts';
import { sliceBatches, sliceRows, testSeed, validationSeed, type SliceTask } from './slices.ts';
import { nearlyPerfect } from './smat-thresholds.ts';

interface RangePair {
  readonly train: Range;
  readonly test: Draw;
}

const ranges: readonly RangePair[] = [
  { train: [-20, -10], test: [-40, -20] },
  { train: [-2, -1], test: [-6, -2] },
  { train: [-1.2, -1.1], test: [-6.1, -1.2] },
  { train: [-0.2, -0.1], test: [-2, -0.2] },
  {
    train: [-2, 2],
    test: [
      [-6, -2],
      [2, 6],
    ],
  },
  { train: [0.1, 0.2], test: [0.2, 2] },
  { train: [1, 2], test: [2, 6] },
  { train: [1.1, 1.2], test: [1.2, 6] },
  { train: [10, 20], test: [20, 40] },
];

/** How a module is trained; `scale` shortens schedules. */
type Recipe = Omit<Training, 'source' | 'loss'>;

interface Entry {
  readonly name: string;
  readonly operations: readonly string[];
  /** 2 inputs, or 10. */
  readonly recipe: (inputs: number, operation: string, scale: number) => Recipe;
  /** Steps with 10 inputs, where they are not 50,000. */
  readonly longSteps?: number;
  readonly onlyTwo?: boolean;
  readonly published?: (operation: string, train: Range) => Published | undefined;
}

const plain =
  (build: (inputs: number) => Module, learningRate = 1e-3): Entry['recipe'] =>
  (inputs) => ({
    module: build(inputs),
    optimiser: adam({ learningRate }),
  });

const everything = ['+', '-', '*', '/'];

/** Weights are pulled to whole values from 20,000 to 35,000 steps; with 10 inputs where training is twice as long from 50,000 to 75,000. */
const ramp = (strength: number, inputs: number, scale: number, isLong: boolean): ReturnType<typeof linearRamp> =>
  inputs > 2 && isLong
    ? linearRamp(strength, 50_000 * scale, 75_000 * scale)
    : linearRamp(strength, 20_000 * scale, 35_000 * scale);

/** L1 on all parameters, growing tenfold every 10,000 steps. */
const growingL1 = (operation: string, scale: number): ReturnType<typeof l1> =>
  operation === '*' ? l1(growth(1e-7, 1e-5, { every: 10_000 * scale })) : l1(growth(1e-9, 1e-7, { every: 10_000 * scale }));

/** The ranges that NMU does not always learn. */
const publishedNmu: { readonly [train: string]: number } = { 'U[-1.2,-1.1)': 0.68, 'U[-2,-1)': 0.8 };

const figure = (value: number): Published => ({ value, certainty: 'figure', runs: 25 });

const isMixedOrNegative = ([low]: Range): boolean => low < 0;

const modules: readonly Entry[] = [
  {
    name: 'nac',
    operations: ['+', '-'],
    recipe: plain((inputs) => nac({ inputs, outputs: 1, weightInit: nacInit })),
  },
  {
    name: 'nac-mul',
    operations: ['*', '/'],
    recipe: plain((inputs) => nacMul({ inputs, outputs: 1, weightInit: nacInit, epsilon: 1e-7 })),
  },
  {
    name: 'nalu',
    operations: everything,
    recipe: plain((inputs) =>
      nalu({ inputs, outputs: 1, weights: 'shared', epsilon: 1e-7, weightInit: nacInit, gateInit: glorotUniform() }),
    ),
  },
  {
    name: 'gnalu',
    operations: everything,
    recipe: plain((inputs) => gnalu({ inputs, outputs: 1, weightInit: nacInit, gateInit: glorotUniform() })),
  },
  {
    name: 'inalu',
    operations: everything,
    recipe: (inputs, _, scale) => ({
      module: inalu({ inputs, outputs: 1 }),
      optimiser: adam({ learningRate: 1e-3 }),
      clipping: [clipByValue(0.1)],
      regularisers: [inaluSparsity({ after: 10_000 * scale })],
      restart: stagnation({ after: 5000 * scale }),
    }),
  },
  {
    name: 'nau',
    operations: ['+', '-'],
    longSteps: 100_000,
    recipe: (inputs, _, scale) => ({
      module: nau({ inputs, outputs: 1 }),
      optimiser: adam({ learningRate: 1e-3 }),
      regularisers: [sparsity(ramp(0.01, inputs, scale, true))],
    }),
    published: (operation) => (operation === '+' ? figure(1) : undefined),
  },
  {
    name: 'nmu',
    operations: ['*'],
    recipe: (inputs, _, scale) => ({
      module: nmu({ inputs, outputs: 1 }),
      optimiser: adam({ learningRate: 1e-3 }),
      regularisers: [sparsity(ramp(10, inputs, scale, false))],
    }),
    published: (_, train) => figure(publishedNmu[showDraw(train)] ?? 1),
  },
  {
    name: 'snmu',
    operations: ['*'],
    recipe: (inputs, _, scale) => ({
      module: snmu({ inputs, outputs: 1 }),
      optimiser: adam({ learningRate: 1e-3 }),
      regularisers: [sparsity(ramp(10, inputs, scale, false))],
    }),
  },
  {
    name: 'nac-mul-sigmoid',
    operations: ['*'],
    recipe: plain((inputs) => nacMulSigmoid({ inputs, outputs: 1 })),
  },
  {
    name: 'nac-mul-nmu',
    operations: ['*'],
    recipe: (inputs, _, scale) => ({
      module: nacMulNmu({ inputs, outputs: 1 }),
      optimiser: adam({ learningRate: 1e-3 }),
      regularisers: [sparsity(ramp(10, inputs, scale, false))],
    }),
  },
  {
    name: 'gated-nau-nmu',
    operations: ['+', '-', '*'],
    recipe: (inputs, _, scale) => ({
      module: gatedNauNmu({ inputs, outputs: 1 }),
      optimiser: adam({ learningRate: 1e-3 }),
      regularisers: [sparsity(ramp(10, inputs, scale, false))],
    }),
  },
  {
    name: 'npu',
    operations: ['*', '/'],
    recipe: (inputs, operation, scale) => ({
      module: npu({ inputs, outputs: 1, gateGradient: 'clipped' }),
      optimiser: adam({ learningRate: 5e-3 }),
      regularisers: [growingL1(operation, scale)],
    }),
  },
  {
    name: 'real-npu',
    operations: ['*', '/'],
    longSteps: 100_000,
    recipe: (inputs, operation, scale) => ({
      module: realNpu({ inputs, outputs: 1, gateGradient: 'clipped' }),
      optimiser: adam({ learningRate: 5e-3 }),
      regularisers: [growingL1(operation, scale)],
    }),
  },
  {
    name: 'real-npu-modified',
    operations: ['/'],
    longSteps: 100_000,
    recipe: (inputs, operation, scale) => ({
      module: realNpu({ inputs, outputs: 1, variant: 'modified', gateGradient: 'clipped' }),
      optimiser: adam({ learningRate: 5e-3 }),
      regularisers: [
        growingL1(operation, scale),
        realNpuSparsity(
          inputs > 2 ? linearRamp(1, 50_000 * scale, 75_000 * scale) : linearRamp(1, 40_000 * scale, 50_000 * scale),
        ),
      ],
    }),
  },
  {
    name: 'nru',
    operations: ['/'],
    longSteps: 100_000,
    recipe: (inputs, _, scale) => ({
      module: nru({ inputs, outputs: 1 }),
      optimiser: adam({ learningRate: inputs > 2 ? 1e-3 : 1 }),
      regularisers: [sparsity(ramp(10, inputs, scale, true))],
    }),
  },
  {
    name: 'nmru',
    operations: ['/'],
    longSteps: 100_000,
    recipe: (inputs, _, scale) => ({
      module: nmru({ inputs, outputs: 1 }),
      optimiser: adam({ learningRate: 1e-2 }),
      clipping: [clipByGlobalNorm(1)],
      regularisers: [sparsity(ramp(10, inputs, scale, true))],
    }),
  },
  {
    name: 'mcfc',
    operations: ['+'],
    onlyTwo: true,
    recipe: plain((inputs) => mcfc({ inputs, outputs: 1 })),
    published: () => figure(1),
  },
  {
    name: 'mul-mcfc',
    operations: ['*'],
    onlyTwo: true,
    recipe: plain((inputs) => mulMcfc({ inputs, outputs: 1, trash: false })),
    published: (_, train) => figure(isMixedOrNegative(train) ? 0 : 1),
  },
  {
    name: 'mul-mcfc-inalu-sign',
    operations: ['*'],
    onlyTwo: true,
    recipe: plain((inputs) => mulMcfc({ inputs, outputs: 1, trash: false, sign: 'inalu' })),
    published: () => figure(1),
  },
  {
    name: 'mul-mcfc-real-npu-sign',
    operations: ['*'],
    onlyTwo: true,
    recipe: plain((inputs) => mulMcfc({ inputs, outputs: 1, trash: false, sign: 'realNpu' })),
    published: () => figure(1),
  },
];

const operations: readonly Operation[] = [add, subtract, multiply, divide];

const runs = 25;

const cell = (entry: Entry, operation: Operation, { train, test }: RangePair, inputs: number): Cell => {
  const task: SliceTask = { operation, inputs, a: [0, 1], b: [1, 2] };
  const published = inputs === 2 ? entry.published?.(operation.name, train) : undefined;
  return {
    module: entry.name,
    operation: operation.name,
    range: `${showDraw(train)} → ${showDraw(test)}`,
    setting: `${inputs} inputs`,
    runs,
    steps: inputs === 2 ? 50_000 : (entry.longSteps ?? 50_000),
    evaluateEvery: 1000,
    training: (scale) => ({
      ...entry.recipe(inputs, operation.name, scale),
      loss: mse(),
      source: sliceBatches(task, train, 128),
    }),
    validation: () => sliceRows(task, train, validationSeed, 10_000),
    tests: [{ name: 'outside', rows: () => sliceRows(task, test, testSeed, 10_000), error: mse() }],
    criteria: [
      { name: 'MSE < 1e-5', test: 'outside', below: 1e-5 },
      { name: 'ε = 1e-4', test: 'outside', below: nearlyPerfect(operation.name, test, inputs, 1e-4) },
      { name: 'ε = 1e-5', test: 'outside', below: nearlyPerfect(operation.name, test, inputs, 1e-5) },
    ],
    ...(published && { published }),
  };
};

const cells = (): readonly Cell[] =>
  [2, 10].flatMap((inputs) =>
    operations.flatMap((operation) =>
      modules
        .filter((entry) => entry.operations.includes(operation.name) && (inputs === 2 || !entry.onlyTwo))
        .flatMap((entry) => ranges.map((range) => cell(entry, operation, range, inputs))),
    ),
  );

/** The abstract's averages over nine ranges of 25 runs. */
const average = (module: string, successes: number): Pool => ({
  module,
  operation: '/',
  setting: '10 inputs',
  published: { value: successes / 225, certainty: 'abstract', runs: 225 },
});

const quickRanges = new Set(['U[-2,2) → U[-6,-2)∪U[2,6)', 'U[1,2) → U[2,6)']);
const quickModules = new Set(['nac', 'nac-mul', 'nalu', 'nau', 'nmu', 'real-npu', 'nmru']);

/** The single module arithmetic task. */
export const smat: Experiment = {
  name: 'smat',
  title: 'The single module arithmetic task: one module, one operation, nine ranges',
  paper:
    'Mistry, Farrahi and Hare 2022, JMLR 23(185); division modules: arXiv 2110.05177; sNMU: arXiv 2211.05624; MCFC: notes of March 2023',
  criterion:
    'Test MSE below 1e-5 at the step with the smallest validation MSE. Beside it, MSE below that of a module whose weights are all off by ε = 1e-4 or 1e-5 (simulated by the authors, here in closed form): the papers use the first and the second, and do not settle which made their figures.',
  protocol: [
    'y = a op b with a, b two of 2 or 10 inputs, all from the training range; batches of 128 drawn anew in every step; mean squared error; Adam.',
    '50,000 steps; 100,000 with 10 inputs for NAU, Real NPU, NRU and NMRU. 25 runs per cell. Single precision.',
    'Every 1000 steps the loss on 10,000 validation rows from the training range; the best parameters are judged on 10,000 test rows.',
    'Learning rate 1e-3; NPU and Real NPU 5e-3 with a growing L1 penalty (* from 1e-7 to 1e-5, / from 1e-9 to 1e-7, times ten every 10,000 steps); NRU 1 (10 inputs: 1e-3); NMRU 1e-2 with gradients clipped to norm 1.',
    'Sparsity penalties grow from step 20,000 to 35,000 (100,000 steps: 50,000 to 75,000): NAU to 0.01, NMU, sNMU, NRU, NMRU, NAC•NMU and gated NAU/NMU to 10; modified Real NPU to 1 from 40,000 to 50,000 (10 inputs: 50,000 to 75,000).',
    'iNALU: gradients clipped to ±0.1; its sparsity penalty of 0.05 after 10,000 steps while the loss is below 1; a run whose validation loss stagnates above 1 after 5000 steps starts again.',
  ],
  deviations: [
    'NAC•σ, NAC•NMU and gated NAU/NMU are not in these papers; they are trained like NAC• and NMU.',
    "Random numbers are this project's (Threefry), not NumPy's and PyTorch's: rates are comparable, single runs are not.",
    'Operands are the first two inputs in every run; the seed decides their place in the paper. Inputs and initial weights are independent of place, so results have the same distribution.',
    "iNALU's regulariser looks at the loss of the batch, not of the validation rows; stagnation is judged by the losses at the evaluations, not by those of all steps.",
    'MCFC and MulMCFC: learning rate 1e-3 and no regulariser, because the notes state none. With one output they cannot leave an input out, so their rates do not show that they select.',
  ],
  scoring: 'median',
  cells,
  pools: [average('real-npu', 158), average('real-npu-modified', 192), average('nmru', 206)],
  quick: {
    runs: 5,
    scale: 0.06,
    keeps: ({ setting, range, module }) => setting === '2 inputs' && quickRanges.has(range) && quickModules.has(module),
  },
};
