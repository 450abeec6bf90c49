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
  type Rows,
  type Tensor,
  type Trainer,
} from '@nalu/core';
import type { BackendInfo } from '@nalu/core/backend';
import type { Column } from '../column.ts';
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

const trainerOf = (workload: Workload, backend: Backend): Trainer => {
  const { inputs, outputs, members, seed, logEpsilon } = workload;
  return createTrainer({
    module: nalu({ inputs, outputs, weights: 'shared', epsilon: logEpsilon }),
    backend,
    population: members,
    seed,
    loss: mse(),
    optimiser: adam(workload.adam),
    source: sourceOf(workload),
    initial: new Map(Object.entries(initialParameters(workload))),
    chunkLengths: [workload.stepsPerRun],
  });
};

/** How much of the plans took which path, and on what: `12 fused, 3 library; SwiftShader (software)`. */
const pathOf = (trainer: Trainer, { device }: BackendInfo): string => {
  const steps = trainer.executables.flatMap(({ executable }) => executable.report.steps);
  const paths = [...new Set(steps.map(({ path }) => path))];
  const counts = paths.map((path) => `${steps.filter((step) => step.path === path).length} ${path}`);
  return `${counts.join(', ')}; ${device}`;
};

/** One of our backends: the workload as somebody trains it with core. */
export const backendColumn = (name: string, createBackend: () => Promise<Backend>): Column => ({
  name,
  prepare: async (workload) => {
    const backend = await createBackend();
    const trainer = trainerOf(workload, backend);
    return {
      // Loops are compiled when they first run, so both are known only afterwards.
      get path() {
        return pathOf(trainer, backend.info);
      },
      get compileMilliseconds() {
        return trainer.compileMilliseconds;
      },
      run: (steps) => trainer.run(steps),
      parameters: async () => {
        const values = await trainer.parameters();
        return (['wHat', 'mHat', 'gate'] as const).map((path) => values.get(path)!.data);
      },
      dispose: async () => {
        trainer.dispose();
        await backend.dispose();
      },
    };
  },
});
