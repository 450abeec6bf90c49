import type * as Tfjs from '@tensorflow/tfjs';
import type { Prepared } from '../column.ts';
import { drawBatch, emptyBatch, firstBatch } from '../data.ts';
import type { Workload } from '../workloads.ts';
import { isSoftware } from './webgpu/webgpu.ts';
import type { TfjsBackend } from './tfjs-backends.ts';

export type { Tfjs };

/** tfjs, and what the columns need to know about one of its backends. */
export interface LoadedTfjs {
  readonly tf: typeof Tfjs;
  /** What runs and on what, for the record. */
  readonly device: Pick<Prepared, 'path' | 'software' | 'unit'>;
  /** Puts the backend in charge, if another column has put another one there. */
  readonly enter: () => Promise<void>;
  /** `run` of a column that trains by `train`; `result` is one of its tensors, as it is after the last step. */
  readonly runOf: (train: (steps: number) => void, result: () => Tfjs.Tensor) => Prepared['run'];
}

/** Loads tfjs with a backend of its own and puts that in charge. `form` is how the column computes, for the record. */
export const loadTfjs = async (backend: TfjsBackend, form: string): Promise<LoadedTfjs> => {
  const tf = await import('@tensorflow/tfjs');
  const describe = await backend.load(tf);
  const isInCharge = (): boolean => tf.getBackend() === backend.name;
  const enter = async (): Promise<void> => {
    if (isInCharge()) return;
    if (!(await tf.setBackend(backend.name))) throw new Error(`tfjs could not start its backend "${backend.name}" here.`);
  };
  await enter();
  await tf.ready();

  const runOf: LoadedTfjs['runOf'] = (train, result) => {
    if (!backend.isAsynchronous) return (steps) => (isInCharge() ? train(steps) : enter().then(() => train(steps)));
    return async (steps) => {
      await enter();
      train(steps);
      // The device works in order, so that with one result all steps are done.
      await result().data();
    };
  };
  const path = `tfjs ${tf.version.tfjs}, ${describe()}; ${form}`;
  return { tf, device: { path, software: isSoftware(path), unit: backend.unit }, enter, runOf };
};

export type Shape3 = [number, number, number];

/** [rows, columns] for one network, [members, rows, columns] for several: as a tfjs user would batch it by hand. */
export const shapeOf = ({ members }: Workload, rows: number, columns: number): [number, number] | Shape3 =>
  members === 1 ? [rows, columns] : [members, rows, columns];

export interface TensorBatch {
  readonly x: Tfjs.Tensor;
  readonly y: Tfjs.Tensor;
}

/** The batches of a workload as tensors. */
export interface TensorBatches {
  /** The batch of this step. Call it inside `tf.tidy`, which disposes of a drawn one. */
  readonly at: (step: number) => TensorBatch;
  readonly dispose: () => void;
}

/**
 * A resident batch is uploaded once. A drawn one is drawn on the host and uploaded in every step: tfjs's own random ops do
 * the same, with another generator.
 */
export const tensorBatches = (tf: typeof Tfjs, workload: Workload): TensorBatches => {
  const { batch, inputs, outputs } = workload;
  const xShape = shapeOf(workload, batch, inputs);
  const yShape = shapeOf(workload, batch, outputs);
  if (workload.source === 'drawn') {
    const data = emptyBatch(workload);
    return {
      at: (step) => {
        drawBatch(workload, step, data);
        // tfjs keeps the array it is given until a kernel reads it, so the next draw must not overwrite it.
        return { x: tf.tensor(data.x.slice(), xShape), y: tf.tensor(data.y.slice(), yShape) };
      },
      dispose: () => {},
    };
  }
  const data = firstBatch(workload);
  const x = tf.tensor(data.x, xShape);
  const y = tf.tensor(data.y, yShape);
  return { at: () => ({ x, y }), dispose: () => tf.dispose([x, y]) };
};
