import { fillUniform, seedComponents } from '@nalu/core/backend';
import type { Workload } from './workloads.ts';

/** The stream of each kind of random number: the fourth component of the generator's key (seed, member, stream, step). */
export const STREAMS = { batch: 0, wHat: 1, mHat: 2, gate: 3 } as const;

/** Every array holds the members one after the other. */
export interface Parameters {
  /** Ŵ, [members, inputs, outputs]. */
  readonly wHat: Float32Array;
  /** M̂, [members, inputs, outputs]. */
  readonly mHat: Float32Array;
  /** G, [members, inputs, outputs]. */
  readonly gate: Float32Array;
}

export interface Batch {
  /** [members, batch, inputs]. */
  readonly x: Float32Array;
  /** [members, batch, outputs]. */
  readonly y: Float32Array;
}

/** u ∈ [0, 1) becomes low + (high − low)·u, each operation rounded to single precision as a device rounds it. */
const scaleInPlace = (values: Float32Array, low: number, high: number): void => {
  const width = Math.fround(high - low);
  const start = Math.fround(low);
  for (let i = 0; i < values.length; i++) values[i] = start + Math.fround(width * values[i]!);
};

const fillMember = (
  workload: Workload,
  member: number,
  stream: number,
  step: number,
  values: Float32Array,
  low: number,
  high: number,
): void => {
  fillUniform([...seedComponents(workload.seed), member, stream, step], values);
  scaleInPlace(values, low, high);
};

const initial = (workload: Workload, stream: number, limit: number): Float32Array => {
  const perMember = workload.inputs * workload.outputs;
  const values = new Float32Array(workload.members * perMember);
  for (let member = 0; member < workload.members; member++) {
    fillMember(workload, member, stream, 0, values.subarray(member * perMember, (member + 1) * perMember), -limit, limit);
  }
  return values;
};

/** The parameters that every column starts from: the generator's numbers of stream `wHat`, `mHat` or `gate` at step 0. */
export const initialParameters = (workload: Workload): Parameters => ({
  wHat: initial(workload, STREAMS.wHat, workload.initial.weights),
  mHat: initial(workload, STREAMS.mHat, workload.initial.weights),
  gate: initial(workload, STREAMS.gate, workload.initial.gate),
});

export const emptyBatch = (workload: Workload): Batch => ({
  x: new Float32Array(workload.members * workload.batch * workload.inputs),
  y: new Float32Array(workload.members * workload.batch * workload.outputs),
});

/** y[row, j] = x[row, j] · x[row, j + 1], the index j + 1 taken modulo the number of inputs. */
const fillTargets = (workload: Workload, { x, y }: Batch): void => {
  const { inputs, outputs } = workload;
  const rows = workload.members * workload.batch;
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < outputs; j++) {
      y[row * outputs + j] = x[row * inputs + (j % inputs)]! * x[row * inputs + ((j + 1) % inputs)]!;
    }
  }
};

/** Overwrites `batch` with the batch of this step. The first step is 0. */
export const drawBatch = (workload: Workload, step: number, batch: Batch): void => {
  const perMember = workload.batch * workload.inputs;
  const [low, high] = workload.range;
  for (let member = 0; member < workload.members; member++) {
    fillMember(workload, member, STREAMS.batch, step, batch.x.subarray(member * perMember, (member + 1) * perMember), low, high);
  }
  fillTargets(workload, batch);
};

/** The batch of step 0: the only one of a workload whose batch is resident. */
export const firstBatch = (workload: Workload): Batch => {
  const batch = emptyBatch(workload);
  drawBatch(workload, 0, batch);
  return batch;
};
