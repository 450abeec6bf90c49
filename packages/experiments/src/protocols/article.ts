import { adam, cosine, fullBatch, mse, nac, nacMul, nalu, uniform, type Module, type Rows } from '@nalu/core';
import { models } from '../fit/models.ts';
import { taskProblem } from '../fit/problem.ts';
import type { Cell, Experiment, TestSet } from '../reproduce/experiment.ts';
import { rowsFrom } from '../reproduce/rows.ts';
import { functions, type ArithmeticTask, type Range } from '../tasks/functions.ts';
import type { Examples } from '../tasks/sample.ts';
import { learned, relativeSquare } from './relative.ts';

/** The files of the article's repository, each with its data. */
interface ArticleFile {
  readonly name: string;
  readonly operation: string;
  readonly build: () => Module;
  readonly target: (x: ArrayLike<number>) => number;
  readonly learningRate: number;
  readonly steps: number;
  /** Training row k, of 2000. */
  readonly row: (k: number) => readonly number[];
  readonly theirs: () => Rows;
  /** Ranges of the training columns. */
  readonly inside: readonly Range[];
}

const trainingRows = 2000;

const rowsAt = (count: number, at: (k: number) => readonly number[], target: ArticleFile['target']): Rows =>
  rowsFrom(
    count,
    at(0).length,
    1,
    (row, column) => at(row)[column]!,
    (x) => [target(x)],
  );

/** Independent columns: what a line of rows cannot show. */
const freeRows = (ranges: readonly Range[], stream: number, target: ArticleFile['target']): Rows => {
  const count = 500;
  const unit = uniform(0, 0, stream, 0, count * ranges.length);
  const at = (row: number): readonly number[] =>
    ranges.map(([low, high], column) => low + (high - low) * unit[row * ranges.length + column]!);
  return rowsAt(count, at, target);
};

/** Whole numbers, as NumPy's randint draws them. */
const wholeRows = (count: number, ranges: readonly Range[], target: ArticleFile['target']): Rows => {
  const unit = uniform(0, 0, 3, 0, count * ranges.length);
  const at = (row: number): readonly number[] =>
    ranges.map(([low, high], column) => low + Math.floor((high - low) * unit[row * ranges.length + column]!));
  return rowsAt(count, at, target);
};

const sum = (x: ArrayLike<number>): number => x[0]! + x[1]!;
const product = (x: ArrayLike<number>): number => x[0]! * x[1]!;
const composite = (x: ArrayLike<number>): number => x[0]! / 4 + x[1]! / 2 + x[2]! ** 2;

/** x₁ = 0, 5, …, 9995 and x₂ = x₁ + 5. */
const pairOnLine = (k: number): readonly number[] => [5 * k, 5 * k + 5];

const theirPairs = (target: ArticleFile['target']) => (): Rows => rowsAt(125, (k) => [1000 + 8 * k, 1000 + 4 * k], target);

const pairs = {
  row: pairOnLine,
  inside: [
    [0, 10_000],
    [5, 10_005],
  ],
} as const;

const files: readonly ArticleFile[] = [
  {
    // nac_simple_implementation.py
    name: 'nac',
    operation: 'x1 + x2',
    build: () => nac({ inputs: 2, outputs: 1 }),
    target: sum,
    learningRate: 0.05,
    steps: 22_000,
    theirs: theirPairs(sum),
    ...pairs,
  },
  {
    // nac_complex_implementation.py
    name: 'nac-mul',
    operation: 'x1 * x2',
    build: () => nacMul({ inputs: 2, outputs: 1 }),
    target: product,
    learningRate: 0.5,
    steps: 36_000,
    theirs: theirPairs(product),
    ...pairs,
  },
  {
    // nalu_implementation.py
    name: 'nalu',
    operation: 'x1/4 + x2/2 + x3^2',
    build: () => nalu({ inputs: 3, outputs: 1 }),
    target: composite,
    learningRate: 0.005,
    steps: 30_000,
    row: (k) => [1000 + 5 * k, 500 + 3 * k, k],
    theirs: () =>
      wholeRows(
        200,
        [
          [0, 1000],
          [1, 500],
          [50, 150],
        ],
        composite,
      ),
    inside: [
      [1000, 11_000],
      [500, 6500],
      [0, 2000],
    ],
  },
];

const beyond = (ranges: readonly Range[]): readonly Range[] => ranges.map(([, high]) => [2 * high, 4 * high]);

const judged = (name: string, rows: () => Rows): TestSet => ({ name, rows, error: relativeSquare(rows()) });

const asItStands = ({ name, operation, build, target, learningRate, steps, row, theirs, inside }: ArticleFile): Cell => ({
  module: name,
  operation,
  range: "the article's rows",
  setting: 'as it stands',
  runs: 20,
  steps,
  evaluateEvery: 1000,
  training: () => ({
    module: build(),
    loss: mse(),
    optimiser: adam({ learningRate }),
    source: fullBatch(rowsAt(trainingRows, row, target)),
  }),
  tests: [
    judged("the article's test", theirs),
    judged('training rows', () => rowsAt(trainingRows, row, target)),
    judged('inside, off the line', () => freeRows(inside, 1, target)),
    judged('outside', () => freeRows(beyond(inside), 2, target)),
  ],
  criteria: ["the article's test", 'training rows', 'inside, off the line', 'outside'].map((test) => ({
    name: test,
    test,
    below: learned,
  })),
});

const asRows = ({ x, y, rows, columns }: Examples): Rows => ({
  x: { shape: [rows, columns], data: x },
  y: { shape: [rows, 1], data: y },
});

const properSteps = 4000;

/** The six functions as `nalu fit` learns them. */
const properly = (task: ArithmeticTask): readonly Cell[] => {
  const problem = taskProblem(task, 1);
  const outside = (): Rows => asRows(problem.extrapolation);
  const inside = (): Rows => asRows(problem.interpolation);
  return models
    .filter(({ suits }) => suits(problem))
    .map(({ name, build }): Cell => ({
      module: name,
      operation: task.name,
      range: 'U[1,10) → U[100,1000)',
      setting: 'properly',
      runs: 100,
      steps: properSteps,
      evaluateEvery: 200,
      training: (scale) => ({
        module: build(problem),
        loss: relativeSquare(asRows(problem.train)),
        optimiser: adam({ learningRate: 0.05, beta2: 0.95 }),
        schedule: cosine(properSteps * scale),
        source: fullBatch(asRows(problem.train)),
      }),
      validation: () => asRows(problem.validation),
      tests: [judged('outside', outside), judged('inside', inside)],
      criteria: [
        { name: 'outside', test: 'outside', below: learned },
        { name: 'inside', test: 'inside', below: learned },
      ],
    }));
};

/** The article's repository as it stands, what its data hides, and its six functions on data that shows. */
export const article: Experiment = {
  name: 'article',
  title: "The article's three experiments as they stand, and its six functions done properly",
  paper: 'faizan2786/nalu_implementation; Trask et al. 2018, arXiv 1808.00508',
  criterion:
    "Relative error (root mean square error over the root mean square of the right answers) below 0.1 % on the test set that the column names; the first is on the article's own test rows for its experiments, and outside the training range for the six functions.",
  protocol: [
    'As it stands: the data, learning rates and numbers of steps of the three files, 2000 rows in every step, mean squared error, Adam, one layer, Ŵ and M̂ from U[-2,2], G from N(0,1), ε = 1e-6. The parameters after the last step count. 20 runs.',
    'nac_simple: x1 = 0, 5, …, 9995, x2 = x1 + 5; nac_complex: the same rows; nalu: x1 = 1000 to 10995, x2 = 500 to 6497, x3 = 0 to 1999, all rising together.',
    "What that hides: the training rows lie on a line, so many weights fit them; the test rows lie inside the training range. Beside the article's test stand the training rows, rows inside the range with independent columns, and rows from twice to four times the largest.",
    'The third function cannot be computed by one NALU: |W| < 1 forbids the exponent 2, and 1/4 and 1/2 are no weights of a sum that ends up beside a square.',
    'Properly: the six functions with independent columns from U[1,10), 128 rows, relative squared error, Adam with learning rate 0.05 and β₂ = 0.95 along half a cosine, 4000 steps, 100 runs; the best parameters by 128 validation rows from the same range; judged on new rows inside and on U[100,1000).',
  ],
  deviations: [
    'The article reports no numbers, no seeds and no repeats, so nothing is published to compare with.',
    "Its random test rows come from our generator; its Adam is TensorFlow's, which adds ε in another place.",
  ],
  scoring: 'median',
  cells: () => [...files.map(asItStands), ...functions.flatMap(properly)],
  quick: { runs: 4, scale: 0.3, keeps: ({ module }) => ['nac', 'nac-mul', 'nalu', 'nac-mul-2'].includes(module) },
};
