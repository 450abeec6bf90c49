import {
  adam,
  constantInit,
  cosine,
  defineModule,
  dense,
  gatedNauNmu,
  glorotUniform,
  kaimingUniform,
  linearRamp,
  mse,
  nac,
  nacInit,
  nacMul,
  nacMulNmu,
  nacMulSigmoid,
  nalu,
  nau,
  nmu,
  realNpu,
  sequential,
  snmu,
  sparsity,
  uniformInit,
  type Module,
} from '@nalu/core';
import type { Cell, Experiment } from '../reproduce/experiment.ts';
import type { Fit } from '../reproduce/least-squares/fitNetwork.ts';
import type { Published } from '../reproduce/published.ts';
import { showDraw, type Draw } from '../reproduce/rows.ts';
import type { Range } from '../tasks/functions.ts';
import {
  publishedByHiddenSize,
  publishedByInputSize,
  publishedByRange,
  publishedDefault,
  publishedGating,
  publishedTenParameters,
} from './adt-published.ts';
import { add, divide, multiply, root, square, subtract, type Operation } from './operations.ts';
import { fitSeed, sliceBatches, sliceRows, testSeed, validationSeed, type SliceTask } from './slices.ts';

interface Sizes {
  readonly inputs: number;
  readonly outputs: number;
}

type Layer = (sizes: Sizes) => Module;

const nacLayer: Layer = (sizes) => nac({ ...sizes, weightInit: nacInit });
const naluLayer =
  (weights: 'shared' | 'separate'): Layer =>
  (sizes) =>
    nalu({ ...sizes, weights, epsilon: 1e-7, weightInit: nacInit, gateInit: glorotUniform() });
const linear: Layer = (sizes) => dense({ ...sizes, weightInit: glorotUniform(), biasInit: constantInit(0) });
const rectified =
  (activation: 'relu' | 'relu6'): Layer =>
  (sizes) =>
    dense({ ...sizes, activation, weightInit: kaimingUniform(), biasInit: constantInit(0) });
const gatedLayer: Layer = (sizes) => gatedNauNmu(sizes);

/** When the pull to whole weights sets in, and how strong it becomes. */
interface Pull {
  readonly strength: number;
  readonly start: number;
  readonly end: number;
}

const late: Pull = { strength: 10, start: 1e6, end: 2e6 };

interface Model {
  readonly name: string;
  readonly layers: readonly [first: Layer, second: Layer];
  readonly pull?: Pull;
}

const nacMulModel: Model = {
  name: 'nac-mul',
  layers: [nacLayer, (sizes) => nacMul({ ...sizes, weightInit: nacInit, epsilon: 1e-7 })],
};
const sigmoidModel: Model = { name: 'nac-mul-sigmoid', layers: [nacLayer, (sizes) => nacMulSigmoid(sizes)] };
const nacMulNmuModel: Model = { name: 'nac-mul-nmu', layers: [nacLayer, (sizes) => nacMulNmu(sizes)], pull: late };
const nmuModel: Model = { name: 'nmu', layers: [(sizes) => nau(sizes), (sizes) => nmu(sizes)], pull: late };
const naluModel: Model = { name: 'nalu', layers: [naluLayer('shared'), naluLayer('shared')] };
const gatedModel: Model = { name: 'gated-nau-nmu', layers: [gatedLayer, gatedLayer], pull: late };

const models: readonly Model[] = [
  nmuModel,
  {
    name: 'nau',
    layers: [(sizes) => nau(sizes), (sizes) => nau(sizes)],
    pull: { strength: 0.01, start: 5e3, end: 5e4 },
  },
  nacMulModel,
  sigmoidModel,
  nacMulNmuModel,
  { name: 'nac', layers: [nacLayer, nacLayer] },
  naluModel,
  { name: 'linear', layers: [linear, linear] },
  { name: 'relu', layers: [rectified('relu'), linear] },
  { name: 'relu6', layers: [rectified('relu6'), linear] },
  gatedModel,
];

/** Gated second layers behind a first layer that adds. */
const gatingModels: readonly Model[] = [
  { name: 'gated-nau-nmu', layers: [(sizes) => nau(sizes), gatedLayer], pull: late },
  { name: 'nalu-separate', layers: [nacLayer, naluLayer('separate')] },
  { name: 'nalu', layers: [nacLayer, naluLayer('shared')] },
];

/** The slices of a task: a quarter of the inputs each, half of it in both. */
const quarters = (operation: Operation, inputs: number): SliceTask => {
  const size = Math.floor(0.25 * inputs);
  const shared = Math.floor(0.5 * size);
  return { operation, inputs, a: [0, size], b: [size - shared, 2 * size - shared] };
};

interface Variant {
  readonly model: Model;
  readonly task: SliceTask;
  readonly train: Range;
  readonly test: Draw;
  readonly hidden: number;
  readonly setting: string;
  readonly runs: number;
  readonly steps: number;
  readonly threshold: number;
  readonly published: Published | undefined;
}

const cell = ({ model, task, train, test, hidden, setting, runs, steps, threshold, published }: Variant): Cell => ({
  module: model.name,
  operation: task.operation.name,
  range: `${showDraw(train)} → ${showDraw(test)}`,
  setting,
  runs,
  steps,
  evaluateEvery: 1000,
  training: (scale) => {
    const [first, second] = model.layers;
    const { pull } = model;
    return {
      module: sequential(first({ inputs: task.inputs, outputs: hidden }), second({ inputs: hidden, outputs: 1 })),
      loss: mse(),
      optimiser: adam({ learningRate: 1e-3 }),
      source: sliceBatches(task, train, 128),
      ...(pull && { regularisers: [sparsity(linearRamp(pull.strength, pull.start * scale, pull.end * scale))] }),
    };
  },
  validation: () => sliceRows(task, train, validationSeed, 10_000),
  tests: [{ name: 'outside', rows: () => sliceRows(task, test, testSeed, 10_000), error: mse() }],
  criteria: [{ name: `MSE < ${threshold}`, test: 'outside', below: threshold }],
  ...(published && { published }),
});

const usual = {
  train: [1, 2],
  test: [2, 6],
  hidden: 2,
  runs: 100,
  steps: 5_000_000,
} as const;

/** Mean squared errors of a network whose first weights are off by 1e-5, simulated by the authors: U[2,6), 100 inputs. */
const thresholds: { readonly [operation: string]: number } = {
  '+': 1.4786e-5,
  '-': 1.3844e-8,
  '*': 0.16001,
  '/': 4.938e-12,
  'sqrt(a)': 8.955e-9,
  'a^2': 0.15947,
};

const operations: readonly Operation[] = [add, subtract, multiply, divide, square, root];

const defaults = (): readonly Cell[] =>
  operations.flatMap((operation) =>
    models.map((model) =>
      cell({
        ...usual,
        model,
        task: quarters(operation, 100),
        setting: 'default',
        threshold: thresholds[operation.name]!,
        published: publishedDefault(operation.name, model.name),
      }),
    ),
  );

const gatingStudy = (): readonly Cell[] =>
  [multiply, add].flatMap((operation) =>
    gatingModels.map((model) =>
      cell({
        ...usual,
        model,
        task: quarters(operation, 100),
        setting: 'gating study',
        threshold: thresholds[operation.name]!,
        published: publishedGating(operation.name, model.name),
      }),
    ),
  );

/** t = (x₁ + x₂)·(x₁ + x₂ + x₃ + x₄). */
const tenParameters = (): readonly Cell[] =>
  [{ name: nmuModel.name, layers: nmuModel.layers }, naluModel, nacMulModel].map((model) =>
    cell({
      ...usual,
      model,
      task: { operation: multiply, inputs: 4, a: [0, 2], b: [0, 4] },
      setting: '10 parameters',
      steps: 200_000,
      threshold: 2.157e-6,
      published: publishedTenParameters[model.name],
    }),
  );

/** Training range, test range, threshold. */
const rangeSweep: readonly (readonly [train: Range, test: Draw, threshold: number])[] = [
  [[-2, -1], [-6, -2], 0.16003],
  [
    [-2, 2],
    [
      [-6, -2],
      [2, 6],
    ],
    2.3079e-4,
  ],
  [[0, 1], [1, 5], 0.050759],
  [[0.1, 0.2], [0.2, 2], 9.2045e-4],
  [[1, 2], [2, 6], 0.16001],
  [[1.1, 1.2], [1.2, 6], 0.10528],
  [[10, 20], [20, 40], 505.5],
];

const byRange = (): readonly Cell[] =>
  rangeSweep.flatMap(([train, test, threshold], i) =>
    [nmuModel, nacMulNmuModel, sigmoidModel, nacMulModel, naluModel].map((model) =>
      cell({
        ...usual,
        model,
        task: quarters(multiply, 100),
        train,
        test,
        setting: 'range sweep',
        runs: 50,
        threshold,
        published: publishedByRange(model.name, i),
      }),
    ),
  );

/** Training range, test range, threshold: those of the sNMU's paper. */
const snmuRanges: readonly (readonly [train: Range, test: Draw, threshold: number])[] = [
  [[-20, -10], [-40, -20], 505.4],
  [[-2, -1], [-6, -2], 0.16],
  [[-1.2, -1.1], [-6.1, -1.2], 0.1113],
  [[-0.2, -0.1], [-2, -0.2], 9.2e-4],
  [
    [-2, 2],
    [
      [-6, -2],
      [2, 6],
    ],
    2.307e-4,
  ],
  [[0.1, 0.2], [0.2, 2], 9.2e-4],
  [[1, 2], [2, 6], 0.16],
  [[1.1, 1.2], [1.2, 6], 0.1053],
  [[10, 20], [20, 40], 505.4],
];

const snmuModels: readonly Model[] = [
  { name: 'snmu', layers: [(sizes) => nau(sizes), (sizes) => snmu(sizes)], pull: late },
  { name: 'snmu-batch', layers: [(sizes) => nau(sizes), (sizes) => snmu({ ...sizes, noise: 'batch' })], pull: late },
];

/** The sNMU's own experiment, whose rates its paper shows in figures only. */
const withNoise = (): readonly Cell[] =>
  snmuRanges.flatMap(([train, test, threshold]) =>
    snmuModels.map((model) =>
      cell({
        ...usual,
        model,
        task: quarters(multiply, 100),
        train,
        test,
        setting: 'noise',
        runs: 25,
        steps: 2_000_000,
        threshold,
        published: undefined,
      }),
    ),
  );

const byHiddenSize = (): readonly Cell[] =>
  [2, 3, 4, 5, 6, 7, 8, 9, 10].flatMap((hidden, i) =>
    [nmuModel, nacMulNmuModel, sigmoidModel, naluModel].map((model) =>
      cell({
        ...usual,
        model,
        task: quarters(multiply, 100),
        hidden,
        setting: `hidden size ${hidden}`,
        runs: 35,
        threshold: thresholds['*']!,
        published: publishedByHiddenSize(model.name, i),
      }),
    ),
  );

/** Number of inputs and the threshold of multiplication. */
const inputSizes: readonly (readonly [inputs: number, threshold: number])[] = [
  [4, 7.1e-8],
  [10, 1.51e-5],
  [25, 6.14e-4],
  [50, 0.01003],
  [75, 0.0508],
  [100, 0.16001],
  [125, 0.391],
  [150, 0.812],
  [175, 1.503],
  [200, 2.562],
  [225, 4.105],
  [250, 6.258],
  [275, 9.162],
  [300, 12.97],
];

const byInputSize = (): readonly Cell[] =>
  inputSizes.flatMap(([inputs, threshold], i) =>
    [nmuModel, sigmoidModel, naluModel, gatedModel].map((model) =>
      cell({
        ...usual,
        model,
        task: quarters(multiply, inputs),
        setting: `input size ${inputs}`,
        runs: 50,
        threshold,
        published: publishedByInputSize(model.name, i),
      }),
    ),
  );

/** A NAU whose weights training keeps between 0 and 1: sums, but no differences, which quotients mistake for logarithms. */
const sums: Layer = ({ inputs, outputs }) =>
  defineModule({
    name: 'sums',
    paper: 'after Madsen and Johansen 2020, arXiv 2001.05016',
    inputs,
    outputs,
    params: { weight: { shape: [inputs, outputs], init: uniformInit(0.25, 0.75), group: 'weights' } },
    apply: ({ weight }, x) => x.matmul(weight),
    constrain: ({ weight }) => ({ weight: weight.clamp(0, 1) }),
    snap: ({ weight }, nearest) => ({ weight: nearest(weight) }),
    form: ({ weight }) => ({ kind: 'sum', weights: weight }),
  });

/** A cell of our own recipe: 3000 steps, then least squares. With `--restarts` only: without, nothing is fitted. */
interface Fitted {
  readonly operation: Operation;
  readonly model: Model;
  readonly train: Range;
  readonly test: Draw;
  readonly threshold: number;
  readonly rows: number;
  readonly fit: Omit<Fit, 'rows'>;
}

const powers: Model = { name: 'sums-real-npu', layers: [sums, (sizes) => realNpu({ ...sizes, gated: false })] };
/** Its NMU multiplies both sums at first. */
const products: Model = { name: 'sums-nmu', layers: [sums, (sizes) => nmu({ ...sizes, weightInit: constantInit(1) })] };
const gated: Model = { name: 'sums-gated-nau-nmu', layers: [sums, gatedLayer] };

const inUsualRange = (operation: Fitted['operation']): Pick<Fitted, 'operation' | 'train' | 'test' | 'threshold'> => ({
  operation,
  train: usual.train,
  test: usual.test,
  threshold: thresholds[operation.name]!,
});

const fitted: readonly Fitted[] = [
  ...[divide, root].map((operation) => ({
    ...inUsualRange(operation),
    model: powers,
    rows: 500,
    fit: { iterations: 40 },
  })),
  {
    operation: multiply,
    model: products,
    train: [1.1, 1.2],
    test: [1.2, 6],
    threshold: 0.10528,
    rows: 1000,
    fit: { iterations: 8, newtonSteps: 12, held: ['1/weight'] },
  },
  ...[multiply, add].map((operation) => ({
    ...inUsualRange(operation),
    model: gated,
    rows: 1000,
    fit: { iterations: 8, newtonSteps: 12, held: ['1/add/weight', '1/multiply/weight', '1/gate'] },
  })),
];

const byLeastSquares = (): readonly Cell[] =>
  fitted.map(({ operation, model, train, test, threshold, rows, fit }) => {
    const task = quarters(operation, 100);
    const usualCell = cell({
      ...usual,
      model,
      task,
      train,
      test,
      setting: 'least squares',
      steps: 3000,
      threshold,
      published: undefined,
    });
    return {
      ...usualCell,
      evaluateEvery: 150,
      training: (scale) => ({
        ...usualCell.training(scale),
        optimiser: adam({ learningRate: 1e-2 }),
        schedule: cosine(usualCell.steps * scale, 0.01),
      }),
      fit: { ...fit, rows: () => sliceRows(task, train, fitSeed, rows) },
    };
  });

const quickModels = new Set(['nmu', 'nau']);

/** The arithmetic data set task. */
export const adt: Experiment = {
  name: 'adt',
  title: 'The arithmetic data set task: two layers, 100 inputs, an operation on two sums',
  paper: 'Madsen and Johansen 2020, ICLR, arXiv 2001.05016; Madsen and Johansen 2019, arXiv 1910.01888',
  criterion:
    'Test MSE, at the step with the smallest validation MSE, below that of a network whose first weights are all off by 1e-5 (simulated by the authors on 1e6 rows of the test range).',
  protocol: [
    'Of 100 inputs from U[1,2), a is the sum of 25 and b of another 25, 12 of which are in both; the target is a op b. Test: U[2,6).',
    'Two layers with a hidden size of 2. Batches of 128 drawn anew in every step; mean squared error; Adam, learning rate 1e-3; 5,000,000 steps; 100 runs.',
    'Every 1000 steps the loss on 10,000 validation rows from the training range; the best parameters are judged on 10,000 test rows.',
    'Layers: nmu NAU-NMU, nau NAU-NAU, nac-mul NAC-NAC•, nac-mul-sigmoid NAC-NAC•σ, nac-mul-nmu NAC-NAC•NMU; nac, nalu, linear and gated-nau-nmu twice the same; relu and relu6 with a linear second layer.',
    'Sparsity penalties grow from step 1e6 to 2e6 to 10 (nmu, nac-mul-nmu, gated-nau-nmu), and from 5e3 to 5e4 to 0.01 (nau).',
    'Gating study: NAU or NAC first, a gated layer second. 10 parameters: t = (x1 + x2)(x1 + x2 + x3 + x4), 200,000 steps, without penalties: they would set in at step 1e6.',
    'Noise (arXiv 2211.05624): multiplication by NAU and sNMU with noise from U[1,5), or by the deviation of the batch, nine ranges, 2,000,000 steps, 25 runs.',
    'Least squares, ours: 3000 steps with learning rate 1e-2 falling along a cosine; the first layer is a NAU with weights in [0,1], the second a Real NPU without gate (sums-real-npu), an NMU that starts from 1 (sums-nmu) or a gated NAU/NMU. With --restarts every network is then fitted to rows of the training range in double precision: sums-real-npu by 40 iterations of Levenberg and Marquardt to 500 rows; the others, whose second layer is moved to whole weights first and stays (gates as trained), to 1000 rows by 8 iterations in turns with a step of Newton, at most 12 times. Weights in units of the largest of their unit, moved to exact values, are among those to choose from.',
    'Sweeps, of multiplication: ranges (50 runs), hidden sizes 2 to 10 (the paper has 31 to 38 runs; here 35), input sizes 4 to 300 (50 runs), each with its own threshold.',
  ],
  deviations: [
    "Random numbers are this project's (Threefry), not NumPy's and PyTorch's: rates are comparable, single runs are not.",
    'The slices begin at the first input in every run; the seed decides their place in the paper. Inputs and initial weights are independent of place, so results have the same distribution.',
    "The authors' thresholds are of slices of 26 with 13 shared, by a slip in their script; they are used as they are.",
    "nac-mul-nmu has a NAC first, as in the paper's table; its script has a NAU.",
  ],
  scoring: 'median',
  cells: () => [
    ...defaults(),
    ...gatingStudy(),
    ...byLeastSquares(),
    ...tenParameters(),
    ...byRange(),
    ...withNoise(),
    ...byHiddenSize(),
    ...byInputSize(),
  ],
  quick: {
    runs: 2,
    scale: 0.0003,
    keeps: ({ setting, module, operation }) =>
      setting === 'default' && quickModels.has(module) && ['+', '-', '*'].includes(operation),
  },
};
