import {
  adam,
  concat,
  createTrainer,
  drawnTask,
  fullBatch,
  mse,
  nalu,
  type Backend,
  type Batch,
  type BatchSource,
  type DrawContext,
  type Module,
  type Rows,
  type Tensor,
  type Trainer,
  type TrainerOptions,
} from '@nalu/core';
import { firstBatch, initialParameters, STREAMS } from '../data.ts';
import type { Workload } from '../workloads.ts';

/** The resident batch; every member has its own. */
const residentRows = (workload: Workload): Rows => {
  const { x, y } = firstBatch(workload);
  const { members, batch, inputs, outputs } = workload;
  return { x: { data: x, shape: [members, batch, inputs] }, y: { data: y, shape: [members, batch, outputs] } };
};

/** y[row, j] = x[row, j] · x[row, j + 1], the index j + 1 taken modulo the number of inputs: `drawBatch` as a formula. */
const products = (x: Tensor, { inputs, outputs }: Workload): Tensor => {
  const column = (j: number): Tensor => x.slice([0, j % inputs], [x.shape[0]!, (j % inputs) + 1]);
  return concat(
    Array.from({ length: outputs }, (_, j) => column(j).mul(column(j + 1))),
    1,
  );
};

const drawnBatch =
  (workload: Workload) =>
  ({ uniform }: DrawContext): Batch => {
    const [low, high] = workload.range;
    const x = uniform([workload.batch, workload.inputs], STREAMS.batch)
      .mul(high - low)
      .add(low);
    return { x, y: products(x, workload) };
  };

const sourceOf = (workload: Workload): BatchSource =>
  workload.source === 'resident' ? fullBatch(residentRows(workload), true) : drawnTask(drawnBatch(workload));

/** The network of a workload. */
export const moduleOf = ({ inputs, outputs, logEpsilon }: Workload): Module =>
  nalu({ inputs, outputs, weights: 'shared', epsilon: logEpsilon });

/** The workload as somebody trains it with core, its data drawn. */
export const trainingOf = (workload: Workload): Omit<TrainerOptions, 'backend'> => ({
  module: moduleOf(workload),
  population: workload.members,
  seed: workload.seed,
  loss: mse(),
  optimiser: adam(workload.adam),
  source: sourceOf(workload),
  initial: new Map(Object.entries(initialParameters(workload))),
  chunkLengths: [workload.stepsPerRun],
});

/** Trains the workload on a backend. Loops are compiled when they first run. */
export const trainerOf = (workload: Workload, backend: Backend): Trainer => createTrainer({ ...trainingOf(workload), backend });
