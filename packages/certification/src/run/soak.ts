import { adam, createTrainer, fullBatch, mse, nalu, uniform, type Backend, type Rows } from '@nalu/core';
import type { GpuObjects } from './gpuObjects.ts';

/** What is held after some steps. */
export interface Mark {
  readonly step: number;
  /** Buffers, textures, programs and so on of the GPU that are alive; null where they cannot be counted. */
  readonly gpuObjects: number | null;
}

/** A long training run, and what it left behind. */
export interface Soak {
  readonly steps: number;
  /** `memory()` before the trainer was made and after it was disposed. */
  readonly before: ReturnType<Backend['memory']>;
  readonly after: ReturnType<Backend['memory']>;
  readonly marks: readonly Mark[];
  readonly milliseconds: number;
}

export interface SoakOptions {
  readonly steps: number;
  readonly gpuObjects: GpuObjects;
  /** Is awaited before the next step, so that the process's memory can be looked at meanwhile. */
  readonly onMark: (mark: Mark) => Promise<void>;
}

/** Marks are set after each of so many parts of the run. */
const PARTS = 10;

const ROWS = 128;

/** y = a·b on a fixed batch: the network of nearly every experiment of the field. */
const rows = (): Rows => {
  const x = uniform(1, 0, 0, 0, 2 * ROWS).map((u) => 0.5 + u);
  const y = Float64Array.from({ length: ROWS }, (_, row) => x[2 * row]! * x[2 * row + 1]!);
  return { x: { shape: [ROWS, 2], data: x }, y: { shape: [ROWS, 1], data: y } };
};

/** Trains a NALU for so many steps. */
export const soak = async (backend: Backend, { steps, gpuObjects, onMark }: SoakOptions): Promise<Soak> => {
  const start = performance.now();
  const before = backend.memory();
  const trainer = createTrainer({
    backend,
    module: nalu({ inputs: 2, outputs: 1 }),
    loss: mse(),
    optimiser: adam({ learningRate: 0.001 }),
    source: fullBatch(rows()),
    seed: 1,
  });
  const marks: Mark[] = [];
  for (let part = 1; part <= PARTS; part++) {
    await trainer.run(Math.round((part * steps) / PARTS) - trainer.steps);
    const mark = { step: trainer.steps, gpuObjects: gpuObjects.live() };
    marks.push(mark);
    await onMark(mark);
  }
  trainer.dispose();
  await backend.sync();
  return { steps, before, after: backend.memory(), marks, milliseconds: performance.now() - start };
};
