import { adam, createTrainer, drawnRows, mse, nalu, type Backend, type Rows } from '@nalu/core';
import { shardedBackend, type ShardedBackend, type WorkerLoss } from '@nalu/core/workers';
import { createBackend } from '@nalu/backend-js';
import { afterEach, describe, expect, test } from 'vitest';

const open: Backend[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((backend) => backend.dispose()));
});

interface Watched {
  readonly backend: ShardedBackend;
  /** Every worker that was started. */
  readonly workers: readonly Worker[];
  readonly losses: readonly WorkerLoss[];
}

const watched = async (count: number): Promise<Watched> => {
  const workers: Worker[] = [];
  const losses: WorkerLoss[] = [];
  const backend = await shardedBackend({
    workers: count,
    // As the documentation says it.
    start: () => {
      const worker = new Worker(new URL('@nalu/backend-js/worker', import.meta.url), { type: 'module' });
      workers.push(worker);
      return worker;
    },
    onWorkerLost: (loss) => losses.push(loss),
  });
  open.push(backend);
  return { backend, workers, losses };
};

const ROWS = 24;
const x = Float64Array.from({ length: 2 * ROWS }, (_, i) => 2 + Math.sin(5 * i));
const rows: Rows = {
  x: { shape: [ROWS, 2], data: x },
  y: { shape: [ROWS, 1], data: Float64Array.from({ length: ROWS }, (_, row) => x[2 * row]! * x[2 * row + 1]!) },
};

/** The state after 600 steps; `look` is called after every hundred of them. */
const trained = async (backend: Backend, look: (step: number) => void = () => {}): Promise<readonly (readonly number[])[]> => {
  const trainer = createTrainer({
    backend,
    module: nalu({ inputs: 2 }),
    loss: mse(),
    optimiser: adam({ learningRate: 0.01 }),
    source: drawnRows(rows, 16),
    population: 5,
    seed: 3,
    chunkLengths: [10],
  });
  try {
    for (let step = 0; step < 600; step += 100) {
      await trainer.run(100);
      look(step);
    }
    const { tensors } = await trainer.snapshot();
    return [...tensors.values()].map(({ data }) => Array.from(data));
  } finally {
    trainer.dispose();
  }
};

describe('workers of a page', () => {
  test('train a population to the same bits as the page itself', async () => {
    const { backend, losses } = await watched(2);
    expect(backend.info).toMatchObject({ name: 'js', threads: 2 });
    expect(await trained(backend)).toEqual(await trained(await createBackend()));
    expect(losses).toEqual([]);
  });

  test('that are terminated are noticed, although nobody tells, and replaced', async () => {
    const { backend, workers, losses } = await watched(2);
    const kill = (step: number): void => {
      if (step === 100 || step === 300) workers.at(step === 100 ? 0 : -1)!.terminate();
    };
    expect(await trained(backend, kill)).toEqual(await trained(await createBackend()));
    expect(losses.map(({ reason }) => reason)).toEqual(new Array(2).fill('It was terminated, or it crashed.'));
    expect(workers).toHaveLength(4);
  });

  test('whose script is not there give an error', async () => {
    const start = (): Worker => new Worker(new URL('/nowhere.js', location.href), { type: 'module' });
    await expect(shardedBackend({ workers: 1, start })).rejects.toThrow(
      /a worker did not start\. Its script could not be loaded\./,
    );
  });
});
