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
import type { Cell } from '../reproduce/experiment.ts';
import type { Published } from '../reproduce/published.ts';
import { showDistribution, type Distribution } from './distributions.ts';
import type { Setting } from './inalu-published.ts';
import { add, divide, multiply, subtract, type Operation } from './operations.ts';

interface Sizes {
  readonly inputs: number;
  readonly outputs: number;
}

/** One kind of layer, of any size. */
type Layer = (sizes: Sizes) => Module;

/** What two experiments of the paper differ in. */
export interface Task {
  /** What tells its cells from the other's. */
  readonly setting: string;
  /** The network whose layers are all of one kind. */
  readonly network: (layer: Layer) => Module;
  readonly rows: (operation: Operation, distribution: Distribution, seed: number, count: number) => Rows;
  /** Rows of the training range. The protocol chooses nothing by them; `--restarts` does. */
  readonly validationRows: number;
  /** Test rows that are judged in one call. Default: all. */
  readonly rowsPerCall?: number;
}

const gateInit = normalInit(0, 0.1);
const mInit = normalInit(-1, 0.1);
const wInit = normalInit(1, 0.1);

/** A NALU with this paper's initial values, which differ for Ŵ and M̂. */
const plainNalu: Layer = (sizes) => {
  const module = nalu({ ...sizes, weights: 'shared', epsilon: 1e-7, gateInit });
  const { wHat, mHat, gate } = module.params;
  return { ...module, params: { wHat: { ...wHat, init: wInit }, mHat: { ...mHat, init: mInit }, gate } };
};

const models: readonly (readonly [name: string, layer: Layer])[] = [
  ['nalu', plainNalu],
  ['inalu-shared', (sizes) => inalu({ ...sizes, weights: 'shared', wInit, mInit, gateInit })],
  ['inalu', (sizes) => inalu({ ...sizes, wInit, mInit, gateInit })],
];

/** In the order of the published figures. */
const operations: readonly Operation[] = [add, subtract, multiply, divide];

const points = 64_000;
const batch = 64;
/** Steps of an epoch. */
const epoch = points / batch;
const epochs = 100;

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

const cell = (
  { setting: name, network, rows, validationRows, rowsPerCall }: Task,
  [module, layer]: (typeof models)[number],
  operation: Operation,
  setting: Setting,
  index: number,
): Cell => {
  const { train, test, explanations = {} } = setting;
  const explanation = explanations[`${module} ${operation.name}`];
  const published: Published = {
    value: setting.published[module]![index]! / 10,
    certainty: 'computed',
    runs: 10,
    ...(explanation && { explanation }),
  };
  return {
    module,
    operation: operation.name,
    range: `${showDistribution(train)} → ${showDistribution(test)}`,
    setting: name,
    runs: 10,
    steps: epochs * epoch,
    evaluateEvery: epoch,
    training: (scale) => ({
      module: network(layer),
      loss: mse(),
      optimiser: rmsProp({ learningRate: 0.01, decay: 0.9, epsilon: 1e-10 }),
      clipping: [clipByValue(0.1)],
      regularisers: [inaluSparsity({ after: 11 * epoch * scale })],
      turns: { period: 10, groups: { weights: [0, 8], gate: [8, 10] } },
      restart: everyTenEpochs(scale),
      source: inOrder(rows(operation, train, 100, points)),
    }),
    validation: () => rows(operation, train, 101, validationRows),
    lastCounts: true,
    tests: [
      {
        name: 'outside',
        rows: () => rows(operation, test, 102, 10_000),
        error: mse(),
        ...(rowsPerCall && { rowsPerCall }),
      },
    ],
    criteria: [{ name: 'MSE < 1e-5', test: 'outside', below: 1e-5 }],
    published,
  };
};

/** A task with all operations and models, trained as in the paper. */
export const inaluCells = (task: Task, settings: readonly Setting[]): readonly Cell[] =>
  settings.flatMap((setting) =>
    operations.flatMap((operation, index) => models.map((model) => cell(task, model, operation, setting, index))),
  );
