import {
  adam,
  arithmeticCell,
  constantInit,
  dense,
  freeze,
  linearRamp,
  lstmCell,
  mae,
  mse,
  nac,
  nacInit,
  nacMul,
  nacMulNmu,
  nalu,
  nau,
  nmu,
  perStep,
  recurrent,
  sequential,
  type Loss,
  type Module,
  type Regulariser,
} from '@nalu/core';
import type { Cell, Experiment, TestSet } from '../reproduce/experiment.ts';
import type { Published } from '../reproduce/published.ts';
import {
  digitBatches,
  digitNetwork,
  sequencesPerCall,
  testSequences,
  validationSequences,
  type DigitTask,
} from './digit-sequences.ts';

const allDigits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

const running = (digits: readonly number[], first: number, next: (total: number, digit: number) => number): number[] => {
  let total = first;
  return digits.map((digit) => (total = next(total, digit)));
};

const sums: DigitTask = {
  digits: allDigits,
  outputs: 1,
  everyStep: true,
  answers: (digits) => running(digits, 0, (total, digit) => total + digit).map((total) => [total]),
  graph: (digits) => digits.map((_, t) => digits.slice(0, t + 1).reduce((total, each) => total.add(each))),
};

const products: DigitTask = {
  digits: allDigits.slice(1),
  outputs: 1,
  everyStep: true,
  answers: (digits) => running(digits, 1, (total, digit) => total * digit).map((total) => [total]),
  graph: (digits) => digits.map((_, t) => digits.slice(0, t + 1).reduce((total, each) => total.mul(each))),
};

const counts: DigitTask = {
  digits: allDigits,
  outputs: 10,
  everyStep: false,
  answers: (digits) =>
    digits.map((_, t) => allDigits.map((digit) => digits.slice(0, t + 1).filter((each) => each === digit).length)),
  graph: (digits) => {
    const total = digits.map((each) => each.reshape([each.shape[0]!]).oneHot(10)).reduce((all, each) => all.add(each));
    return [total];
  },
};

interface Accumulator {
  readonly name: string;
  /** What follows the network that reads a digit, for sequences of this length. */
  readonly build: (length: number) => readonly Module[];
  readonly regularisers?: (scale: number) => readonly Regulariser[];
  /** By length of the test. */
  readonly published?: (length: number) => Published | undefined;
}

const accumulate = (module: Module, length: number, outputs: 'all' | 'last', start?: number): Module =>
  recurrent({ cell: arithmeticCell(module, start), steps: length, outputs });

/** Pulls the accumulator's weights to whole values: it is the second layer, behind the network that reads digits. */
const pull =
  (strength: number, start: number, end: number): Regulariser =>
  ({ parameters, step }) => {
    const size = parameters.get('1/cell/weight')!.abs();
    return size
      .min(size.neg().add(1).abs())
      .mean()
      .mul(linearRamp(strength, start, end)(step));
  };

const latePull = (scale: number): readonly Regulariser[] => [pull(10, 1e4 * scale, 1e5 * scale)];

const rate = (value: number): Published => ({ value, certainty: 'figure' });

/** Inputs of an accumulator with one digit and one total. */
const pair = { inputs: 2, outputs: 1 } as const;

const perLength =
  (lengths: readonly number[], rates: readonly number[]) =>
  (length: number): Published | undefined => {
    const index = lengths.indexOf(length);
    return index < 0 ? undefined : rate(rates[Math.min(index, rates.length - 1)]!);
  };

interface Sequential {
  readonly task: DigitTask;
  readonly operation: string;
  /** Outputs of the network that reads a digit. */
  readonly read: number;
  readonly trainLength: number;
  readonly testLengths: readonly number[];
  readonly steps: number;
  readonly evaluateEvery: number;
  readonly error: Loss;
}

const cell = (about: Sequential, { name, build, regularisers, published }: Accumulator): Cell => {
  const { task, operation, read, trainLength, testLengths, steps, evaluateEvery, error } = about;
  const network = (length: number): Module => {
    const [first, ...rest] = [perStep(digitNetwork(read), length), ...build(length)];
    return sequential(first!, ...rest);
  };
  const tests = testLengths.map((length): TestSet => {
    const figure = published?.(length);
    return {
      name: `length ${length}`,
      rows: (scale) => testSequences(task, length, scale),
      rowsPerCall: sequencesPerCall(length),
      error,
      module: network(length),
      ...(figure && { published: figure }),
    };
  });
  return {
    module: name,
    operation,
    range: `length ${trainLength} → ${testLengths.at(-1)}`,
    setting: '',
    runs: 10,
    steps,
    evaluateEvery,
    training: (scale) => ({
      module: network(trainLength),
      loss: mse(),
      optimiser: adam({ learningRate: 1e-3 }),
      ...(regularisers && { regularisers: regularisers(scale) }),
      source: digitBatches(task, trainLength, scale),
    }),
    validation: (scale) => validationSequences(task, trainLength, scale),
    tests,
    criteria: [],
  };
};

const judgedByReference =
  'A run succeeds on a length when its MSE there is below the upper 99 % confidence limit of the mean MSE of "reference", a network whose accumulator is right from the start.';

const quickImages = 'Validation uses 1000 of the 5000 images. Batches are drawn with replacement; there are no epochs.';

// Sums --------------------------------------------------------------------------------------------------------------------

const sumLengths = [1, 10, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000];

const sumAbout: Sequential = {
  task: sums,
  operation: 'sum',
  read: 1,
  trainLength: 10,
  testLengths: sumLengths,
  steps: 86_000,
  evaluateEvery: 860,
  error: mse(),
};

const always = (value: number) => (): Published => rate(value);

const sumAccumulators: readonly Accumulator[] = [
  {
    name: 'reference',
    build: (length) => [accumulate(freeze(nau({ ...pair, weightInit: constantInit(1) })), length, 'all')],
  },
  {
    name: 'nau',
    build: (length) => [accumulate(nau({ ...pair, irrelevance: 1 }), length, 'all')],
    regularisers: latePull,
    published: perLength(sumLengths, [0.7, 0.8, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.8]),
  },
  {
    name: 'nau-without-rz',
    build: (length) => [accumulate(nau(pair), length, 'all')],
    regularisers: latePull,
    published: perLength(sumLengths, [0, 0.1, 0.2, 0.2, 0.3, 0.3, 0.4, 0.4, 0.5, 0.4, 0.4, 0.4]),
  },
  {
    name: 'nac',
    build: (length) => [accumulate(nac({ ...pair, weightInit: nacInit }), length, 'all')],
    published: perLength(sumLengths, [0.1, 0.1, 0]),
  },
  {
    name: 'nalu',
    build: (length) => [accumulate(nalu({ ...pair, weights: 'shared', epsilon: 1e-7, weightInit: nacInit }), length, 'all', 0)],
    published: always(0),
  },
  {
    name: 'lstm',
    build: (length) => [recurrent({ cell: lstmCell({ inputs: 1, hidden: 1 }), steps: length, outputs: 'all' })],
    published: always(0),
  },
];

export const mnistAdd: Experiment = {
  name: 'mnist-add',
  title: 'Adding the digits of a sequence of MNIST images',
  paper: 'Madsen and Johansen 2020, arXiv 2001.05016, section 4.3; after Trask et al. 2018, section 4.2',
  criterion: judgedByReference,
  protocol: [
    'A convolutional network (5×5×20, pool, 5×5×50, pool, 500, 1) reads each image, an accumulator adds: total after image t. All totals are supervised; mean squared error; Adam, learning rate 1e-3; batches of 64 sequences of 10 images; 86,000 steps (1000 epochs); 10 runs.',
    'The first 55,000 images are for training, the next 5000 for validation every 860 steps (ten epochs), the 10,000 test images for sequences of 1 to 1000.',
    'nau: R_z with weight 1, and a sparsity penalty that grows to 10 from step 1e4 to 1e5.',
  ],
  deviations: [
    quickImages,
    'The published NAC with R_z is left out: R_z is part of NAU and NMU here.',
    "The authors' script takes Student's t with 8 degrees of freedom; here they are the runs less 1.",
  ],
  scoring: 'mean',
  reference: 'reference',
  cells: () => sumAccumulators.map((each) => cell(sumAbout, each)),
  quick: { runs: 1, scale: 0.00005, keeps: ({ module }) => module === 'nau', tests: ['length 1', 'length 10'] },
};

// Products ----------------------------------------------------------------------------------------------------------------

const productLengths = Array.from({ length: 20 }, (_, i) => i + 1);

const productAbout: Sequential = {
  task: products,
  operation: 'product',
  read: 1,
  trainLength: 2,
  testLengths: productLengths,
  steps: 387_000,
  evaluateEvery: 3870,
  error: mse(),
};

const productAccumulators: readonly Accumulator[] = [
  {
    name: 'reference',
    build: (length) => [accumulate(freeze(nmu({ ...pair, weightInit: constantInit(1) })), length, 'all')],
  },
  {
    name: 'nmu',
    build: (length) => [accumulate(nmu({ ...pair, irrelevance: 1 }), length, 'all')],
    regularisers: latePull,
    published: perLength(productLengths, [0.9, 1, 1, 1, 1, 0.8, 1, 1, 0.9, 0.9, 1, 0.7, 1, 1, 0.9, 1, 0.7, 0.9, 0.8, 0.8]),
  },
  {
    name: 'nac-mul-nmu',
    build: (length) => [accumulate(nacMulNmu(pair), length, 'all', 1)],
    regularisers: latePull,
    published: perLength(
      productLengths,
      [1, 0.9, 0.8, 0.9, 0.8, 0.7, 0.8, 0.8, 0.9, 0.7, 0.8, 0.7, 0.5, 0.8, 0.8, 0.6, 0.7, 0.6, 0.9, 0.6],
    ),
  },
  {
    name: 'nac-mul',
    build: (length) => [accumulate(nacMul({ ...pair, weightInit: nacInit, epsilon: 1e-7 }), length, 'all', 1)],
  },
  {
    name: 'nalu',
    build: (length) => [accumulate(nalu({ ...pair, weights: 'shared', epsilon: 1e-7, weightInit: nacInit }), length, 'all', 1)],
    published: always(0),
  },
  {
    name: 'lstm',
    build: (length) => [recurrent({ cell: lstmCell({ inputs: 1, hidden: 1 }), steps: length, outputs: 'all' })],
    published: always(0),
  },
];

export const mnistProduct: Experiment = {
  name: 'mnist-product',
  title: 'Multiplying the digits of a sequence of MNIST images',
  paper: 'Madsen and Johansen 2020, arXiv 2001.05016, section 4.3',
  criterion: judgedByReference,
  protocol: [
    'As mnist-add, with digits 1 to 9, products, and batches of 64 sequences of 2 images; 387,000 steps (1000 epochs); sequences of 1 to 20 in the test. States start from 1.',
    'nmu: R_z with weight 1; nmu and nac-mul-nmu: a sparsity penalty that grows to 10 from step 1e4 to 1e5.',
  ],
  deviations: [
    quickImages,
    'nac-mul-nmu has no R_z here.',
    "The authors' script takes Student's t with 8 degrees of freedom; here they are the runs less 1.",
  ],
  scoring: 'mean',
  reference: 'reference',
  cells: () => productAccumulators.map((each) => cell(productAbout, each)),
  quick: { runs: 1, scale: 0.00003, keeps: ({ module }) => module === 'nmu', tests: ['length 1', 'length 2'] },
};

// Counts ------------------------------------------------------------------------------------------------------------------

const countLengths = [1, 10, 100, 1000];

const countAbout: Sequential = {
  task: counts,
  operation: 'count',
  read: 10,
  trainLength: 10,
  testLengths: countLengths,
  steps: 86_000,
  evaluateEvery: 860,
  error: mae(),
};

/** Mean absolute errors as they are commonly cited, for lengths of 10, 100 and 1000. */
const cited =
  (...errors: readonly [number, number, number]) =>
  (length: number): Published | undefined => {
    const index = countLengths.indexOf(length) - 1;
    return index < 0 ? undefined : { value: errors[index]!, certainty: 'unverified' };
  };

const twenty = { inputs: 20, outputs: 10 } as const;

const countAccumulators: readonly Accumulator[] = [
  {
    name: 'lstm',
    build: (length) => [
      recurrent({ cell: lstmCell({ inputs: 10, hidden: 32 }), steps: length }),
      dense({ inputs: 32, outputs: 10 }),
    ],
    published: cited(0.79, 18.2, 198.5),
  },
  {
    name: 'nac',
    build: (length) => [accumulate(nac({ ...twenty, weightInit: nacInit }), length, 'last')],
    published: cited(0.12, 0.76, 3.32),
  },
  {
    name: 'nalu',
    build: (length) => [
      accumulate(nalu({ ...twenty, weights: 'shared', epsilon: 1e-7, weightInit: nacInit }), length, 'last', 0),
    ],
    published: cited(0.17, 0.93, 4.18),
  },
  { name: 'nau', build: (length) => [accumulate(nau(twenty), length, 'last')], regularisers: latePull },
];

export const mnistCount: Experiment = {
  name: 'mnist-count',
  title: 'Counting each digit in a sequence of MNIST images',
  paper: 'Trask et al. 2018, arXiv 1808.00508, section 4.2, table 2',
  criterion: 'No run is called a success. Score: mean absolute error of the ten counts, averaged over the runs.',
  protocol: [
    'A convolutional network (5×5×20, pool, 5×5×50, pool, 500, 10) reads each image, a recurrent layer counts; only the counts after the last image are supervised. Mean squared error, Adam with learning rate 1e-3, batches of 64 sequences of 10 images, 86,000 steps, 10 runs; tests with 1, 10, 100 and 1000 images.',
    'The LSTM has 32 units and a linear layer. NAU, with a sparsity penalty that grows to 10 from step 1e4 to 1e5, is not in the paper.',
  ],
  deviations: [
    quickImages,
    'The paper states neither optimiser, learning rate, sizes nor number of steps: these are our protocol. Its errors are unverified.',
  ],
  scoring: 'mean',
  cells: () => countAccumulators.map((each) => cell(countAbout, each)),
  quick: { runs: 1, scale: 0.00005, keeps: ({ module }) => module === 'nac', tests: ['length 1', 'length 10'] },
};
