import { Worker } from 'node:worker_threads';
import { createBackend } from '@nalu/backend-js';
import { adam, createTrainer, drawnTask, mse, nalu, type Backend, type BatchSource, type TrainerOptions } from '@nalu/core';
import { shardedBackend } from '@nalu/core/workers';
import { expect, test } from 'vitest';
import { creatorOf } from '../../src/backends.ts';
import { table, titleOf } from '../../src/table/table.ts';

const ROWS = 64;

const own: BatchSource = drawnTask(({ uniform }) => {
  const x = uniform([ROWS, 2]).add(1);
  return { x, y: x.slice([0, 0], [ROWS, 1]).mul(x.slice([0, 1], [ROWS, 2])) };
});
const shared: BatchSource = { ...own, shared: true };

const base: Omit<TrainerOptions, 'backend' | 'source'> = {
  module: nalu({ inputs: 2, outputs: 1 }),
  loss: mse(),
  optimiser: adam({ learningRate: 0.01 }),
  seed: 11,
};

const STEPS = 33;

/** The parameters of all members after some steps. */
const trained = async (options: TrainerOptions): Promise<ReadonlyMap<string, readonly number[]>> => {
  const trainer = createTrainer(options);
  try {
    await trainer.run(STEPS);
    return new Map([...(await trainer.parameters())].map(([path, { data }]) => [path, [...data]]));
  } finally {
    trainer.dispose();
  }
};

const memberOf = (all: ReadonlyMap<string, readonly number[]>, member: number, population: number) =>
  new Map(
    [...all].map(([path, values]) => [
      path,
      values.slice((member * values.length) / population).slice(0, values.length / population),
    ]),
  );

const rows = table.filter(({ place, expected }) => place === 'node' && expected.outcome === 'runs');

/** As published: Node's workers do not go through Vite, which reads sources. */
const script = new URL('../../../backend-js/dist/worker.js', import.meta.url);

const backends: readonly (readonly [title: string, create: () => Promise<Backend>])[] = [
  ...rows.map((row) => [titleOf(row), async () => (await creatorOf(row, {}))()] as const),
  ['js, in two workers', () => shardedBackend({ workers: 2, start: () => new Worker(script, { execArgv: [] }) })],
];

test.each(backends)(
  '%s: members that share batches are what they are alone, and what double precision says',
  async (_, create) => {
    const backend = await create();
    const exact = await createBackend();
    try {
      const together = await trained({ ...base, backend, source: shared, population: 3 });
      expect(memberOf(together, 0, 3)).toEqual(await trained({ ...base, backend, source: own }));
      expect(memberOf(together, 2, 3)).toEqual(await trained({ ...base, backend, source: shared, firstMember: 2 }));
      const wanted = await trained({ ...base, backend: exact, precision: 'f64', source: shared, population: 3 });
      for (const [path, values] of wanted) values.forEach((value, i) => expect(together.get(path)![i]).toBeCloseTo(value, 4));
    } finally {
      await backend.dispose();
      await exact.dispose();
    }
  },
  60_000,
);
