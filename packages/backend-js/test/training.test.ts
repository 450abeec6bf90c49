import {
  adam,
  createTrainer,
  dense,
  drawnRows,
  fit,
  fullBatch,
  mse,
  nac,
  nacMul,
  nalu,
  sequential,
  type Backend,
  type Module,
  type Rows,
  type TrainerOptions,
} from '@nalu/core';
import { backendFromKernels } from '@nalu/core/backend';
import { createBackend } from '@nalu/backend-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROWS = 24;
const x = Float64Array.from({ length: 2 * ROWS }, (_, i) => 2 + Math.sin(5 * i));
const rows: Rows = {
  x: { shape: [ROWS, 2], data: x },
  y: { shape: [ROWS, 1], data: Float64Array.from({ length: ROWS }, (_, row) => x[2 * row]! * x[2 * row + 1]!) },
};

let backend: Backend;

beforeAll(async () => {
  backend = await createBackend();
});

afterAll(() => backend.dispose());

const after = async (steps: number, options: Partial<TrainerOptions>): Promise<Map<string, readonly number[]>> => {
  const trainer = createTrainer({
    backend,
    module: nalu({ inputs: 2 }),
    loss: mse(),
    optimiser: adam({ learningRate: 0.01 }),
    source: drawnRows(rows, 16),
    seed: 3,
    ...options,
  });
  try {
    await trainer.run(steps);
    const { tensors } = await trainer.snapshot();
    return new Map(
      [...tensors].filter(([name]) => !name.startsWith('history')).map(([name, { data }]) => [name, Array.from(data)]),
    );
  } finally {
    trainer.dispose();
  }
};

const member = (state: Map<string, readonly number[]>, index: number, population: number): Map<string, readonly number[]> =>
  new Map(
    [...state].map(([name, values]) => {
      const size = values.length / population;
      return [name, values.slice(index * size, (index + 1) * size)];
    }),
  );

test('a hundred members trained together are, bit for bit, what each is alone', async () => {
  const together = await after(60, { population: 100, chunkLengths: [60] });
  for (const index of [0, 41, 99])
    expect(member(together, index, 100)).toEqual(await after(60, { firstMember: index, chunkLengths: [60] }));
});

test('a member that turns NaN changes no other', async () => {
  const module = dense({ inputs: 2 });
  const rates = (sick: number): number[] => [0.01, sick, 0.01];
  const sick = await after(40, { module, population: 3, optimiser: adam({ learningRate: rates(1e38) }) });
  const healthy = await after(40, { module, population: 3, optimiser: adam({ learningRate: rates(0.01) }) });
  expect(Number.isFinite(member(sick, 1, 3).get('loss')![0])).toBe(false);
  for (const index of [0, 2]) expect(member(sick, index, 3)).toEqual(member(healthy, index, 3));
});

test('loops of every length give the same bits', async () => {
  const wanted = await after(50, { chunkLengths: [1] });
  for (const chunkLengths of [[50], [7], [3, 16]]) expect(await after(50, { chunkLengths })).toEqual(wanted);
});

const modules: Readonly<Record<string, Module>> = {
  nac: nac({ inputs: 2 }),
  nacMul: nacMul({ inputs: 2 }),
  'nalu, shared': nalu({ inputs: 2, weights: 'shared' }),
  'nalu, separate, free gate': nalu({ inputs: 2, weights: 'separate', gate: 'free' }),
  'a stack': sequential(nac({ inputs: 2, outputs: 3 }), nacMul({ inputs: 3 })),
  dense: sequential(dense({ inputs: 2, outputs: 4, activation: 'elu' }), dense({ inputs: 4, activation: 'prelu' })),
};

describe('a hundred steps agree with the reference in double precision', () => {
  test.each(Object.entries(modules))('%s', async (_, module) => {
    const reference = backendFromKernels({ name: 'reference', device: 'host', runtime: 'node' }, {});
    const options: Partial<TrainerOptions> = { module, precision: 'f64', source: fullBatch(rows), chunkLengths: [100] };
    const [got, wanted] = [await after(100, options), await after(100, { ...options, backend: reference })];
    for (const [name, values] of wanted) {
      values.forEach((value, i) => {
        const distance = value === got.get(name)![i] ? 0 : Math.abs(value - got.get(name)![i]!);
        expect(distance).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(value)));
      });
    }
  });
});

test('ten thousand steps leave memory where it was', async () => {
  const before = backend.memory();
  const model = await fit({ data: x, shape: [ROWS, 2] }, rows.y.data, {
    module: nalu({ inputs: 2 }),
    backend,
    population: 2,
    steps: 10_000,
    evaluateEvery: 1000,
  });
  expect(model.steps).toBe(10_000);
  await model.predict([[2, 3]]);
  model.dispose();
  const { buffers, bytes } = backend.memory();
  expect({ buffers, bytes }).toEqual({ buffers: before.buffers, bytes: before.bytes });
});
