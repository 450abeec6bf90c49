import type * as Tfjs from '@tensorflow/tfjs';
import { drawBatch, emptyBatch, firstBatch } from '../data.ts';
import type { Workload } from '../workloads.ts';

export type { Tfjs };

/** tfjs with its WebAssembly backend in charge, loaded when a workload first needs it. */
export const loadTfjs = async (): Promise<typeof Tfjs> => {
  const tf = await import('@tensorflow/tfjs');
  await import('@tensorflow/tfjs-backend-wasm');
  if (!(await tf.setBackend('wasm'))) throw new Error('tfjs could not start its WebAssembly backend here.');
  await tf.ready();
  return tf;
};

/** tfjs's single-threaded build with SIMD or without, whichever it chose. */
export const tfjsPath = (tf: typeof Tfjs, form: string): string =>
  `tfjs ${tf.version.tfjs}, wasm${tf.env().getBool('WASM_HAS_SIMD_SUPPORT') ? ' simd' : ''}; ${form}`;

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
