import { createBackend } from '@nalu/backend-js';
import { DeviceLostError, fit, nalu, type Backend } from '@nalu/core';
import { functions, relativeError, taskProblem, type Examples } from '@nalu/experiments';
import { describe, expect, test } from 'vitest';
import { thinned } from '../../../src/workers/train/population.ts';
import type { Job } from '../../../src/workers/train/protocol.ts';
import { doJob } from '../../../src/workers/train/work.ts';
import { collect } from './collect.ts';

const product: Job<'population'> = {
  kind: 'population',
  source: { kind: 'function', name: 'a*b' },
  model: 'nalu',
  backend: 'js',
  members: 8,
  steps: 2000,
  seed: 1,
};

const table = (text: string, inputs: readonly string[], target = 'y'): Job<'population'> => ({
  ...product,
  source: { kind: 'table', text, target, inputs },
  steps: 100,
  members: 2,
});

describe('a function that somebody typed', () => {
  const typed = (text: string): Job<'population'> => ({ ...product, source: { kind: 'typed', text }, steps: 100, members: 2 });

  test('is asked inside and far outside, with its own answers', async () => {
    const { setting } = await collect(typed('1000*a - b'));
    expect(setting).toMatchObject({ inputs: ['a', 'b'], target: '1000*a - b' });
    for (const { x, y, outside } of setting.questions) {
      expect(y).toBeCloseTo(1000 * x[0]! - x[1]!, 6);
      for (const value of x) expect(value >= 100).toBe(outside);
    }
  });

  test.each([
    ['a +', 'After “+” a number or an input is missing.'],
    ['sqrt(a - b)', /^Where a = [\d.]+, b = [\d.]+, it is no number\./],
    ['exp(a)', /^Where a = \d+, it is too large for single precision\. The inputs are drawn from 1 to 10/],
    ['a - a', 'Its answers are all 0: there is nothing to learn.'],
  ])('%s: refused with a sentence', (text, sentence) => expect(collect(typed(text))).rejects.toThrow(sentence));
});

describe('a NALU that learns a product', async () => {
  const { setting, items, results } = await collect(product);
  const last = items.at(-1)!;

  test('has a sum and a product of two inputs, and one gate', () => {
    expect(setting).toMatchObject({
      inputs: ['a', 'b'],
      target: 'a*b',
      title: 'NALU',
      ordinaryTitle: 'ReLU MLP',
      layers: [{ inputs: 2, outputs: 1, paths: ['sum', 'product'], gated: true }],
    });
  });

  test('is told at a hundred moments after the start, in order', () => {
    expect(items.map(({ step }) => step)).toEqual(Array.from({ length: 101 }, (_, i) => 20 * i));
  });

  test('shows every member: four weights within [-1, 1], one gate within [0, 1], one loss', () => {
    for (const { weights, gates, loss } of items) {
      expect([weights.length, gates.length, loss.length]).toEqual([8 * 4, 8, 8]);
      expect(weights.every((value) => Math.abs(value) <= 1)).toBe(true);
      expect(gates.every((value) => value >= 0 && value <= 1)).toBe(true);
    }
  });

  test('answers the questions, inside and far outside, and the best member is the one with the lowest loss', () => {
    expect(setting.questions.filter(({ outside }) => outside)).toHaveLength(48);
    for (const { x, y } of setting.questions) expect(x[0]! * x[1]!).toBeCloseTo(y, 6);
    expect(last.answers).toHaveLength(setting.questions.length);
    expect(last.loss[last.best]).toBe(Math.min(...last.loss));
  });

  test('ends with the formula, right far outside, where the ordinary network is wrong', () => {
    expect(results).toHaveLength(1);
    const [result] = results;
    expect(result!.formula).toBe('a·b');
    expect(result!.learned).toBe(true);
    expect(result!.errors.outside).toBeLessThan(1e-3);
    expect(result!.formulaErrors!.outside).toBeLessThan(1e-6);
    expect(result!.ordinaryErrors.outside).toBeGreaterThan(0.5);
    expect(last.formula).toBe('a·b');
    expect(last.learned).toBeGreaterThan(0);
    expect(items[0]!.learned).toBe(0);
    expect(items[0]!.formula).not.toBe('a·b');
  });
});

test('a population is trained as `fit` trains it: the same member is best at the same step, with the same errors', async () => {
  const steps = 500;
  const { results } = await collect({ ...product, steps });
  const problem = taskProblem(
    functions.find(({ name }) => name === 'a*b')!,
    product.seed,
  );
  const rows = ({ x, rows: count, columns }: Examples) => ({ data: x, shape: [count, columns] });
  const backend = await createBackend();
  const model = await fit(rows(problem.train), problem.train.y, {
    module: nalu({ inputs: 2, outputs: 1 }),
    backend,
    population: product.members,
    seed: product.seed,
    steps,
    evaluateEvery: steps / 100,
    validation: { x: rows(problem.validation), y: problem.validation.y },
  });
  const { data } = await model.predict(rows(problem.extrapolation));
  expect(results[0]).toMatchObject({ member: model.best.index, step: model.best.bestStep });
  expect(results[0]!.errors.outside).toBe(relativeError(data, problem.extrapolation.y));
  await backend.dispose();
});

describe('other modules and data', () => {
  test('a stack has its layers in order, and a table its own column names', async () => {
    const rows = Array.from({ length: 16 }, (_, i) => `${i + 1},${(i + 1) ** 2}`).join('\n');
    const { setting, items } = await collect({ ...table(`a,area\n${rows}`, ['a'], 'area'), model: 'nau-nmu' });
    expect(setting.layers).toEqual([
      { inputs: 1, outputs: 2, paths: ['sum'], gated: false },
      { inputs: 2, outputs: 1, paths: ['selectedProduct'], gated: false },
    ]);
    expect([setting.inputs, setting.target]).toEqual([['a'], 'area']);
    expect(items[0]!.weights).toHaveLength(2 * 4);
    expect(items[0]!.gates).toHaveLength(0);
  });

  test('reciprocals count as inputs', async () => {
    const { setting } = await collect({ ...product, model: 'nmru', steps: 100, members: 1 });
    expect(setting.layers).toEqual([{ inputs: 4, outputs: 1, paths: ['selectedProduct'], gated: false }]);
  });

  test('negative numbers are remarked on where products do not see signs', async () => {
    const { setting } = await collect(table('a,y\n-1,1\n2,4\n3,9\n-4,16\n5,25\n', ['a']));
    expect(setting.notes.join()).toContain('magnitudes only');
  });
});

describe('a table that cannot be used gets a sentence', () => {
  test.each([
    ['a,y\n1,2\n2,x\n3,4\n4,5\n', ['a'], /^the table, line 3, column "y": .*x/],
    ['a,y\n1,2\n2\n3,4\n4,5\n', ['a'], /^the table, line 3: the row has 1 cell/],
    [
      'name,y\nMars,2\nMoon,3\nSun,4\nEarth,9\n',
      ['name'],
      /column "name" holds text, not numbers\. Untick it below the table\.$/,
    ],
    ['', [], /^the table: the file is empty\./],
    [`a,y\n${'1,2\n'.repeat(300_000)}`, ['a'], /^the table: it has 1,200,004 characters, the limit is 1,000,000\./],
  ])('%.40j', async (text, inputs, sentence) => {
    await expect(collect(table(text, inputs))).rejects.toThrow(sentence);
  });
});

test('nothing is left on the backend when the job is done', async () => {
  const backend = await createBackend();
  let left = Infinity;
  const watched = { ...backend, dispose: async () => void (left = backend.memory().buffers) };
  await doJob(
    { ...product, steps: 100, members: 2 },
    async () => watched,
    () => {},
  );
  expect(left).toBe(0);
});

test('a device that is lost in the middle of a training gets a sentence', async () => {
  const backend = await createBackend();
  let reads = 0;
  const read: Backend['read'] = (...buffers) => {
    reads += 1;
    if (reads > 40) throw new DeviceLostError('js', 'the driver was restarted.');
    return backend.read(...buffers);
  };
  const frames: number[] = [];
  await expect(
    doJob(
      { ...product, steps: 500, members: 2 },
      async () => ({ ...backend, read }),
      (message) => {
        if (message.kind === 'items') frames.push(message.items.length);
      },
    ),
  ).rejects.toThrow(/^The backend "js" lost its device: the driver was restarted\. Train again/);
  expect(frames.length).toBeGreaterThan(0);
});

test('thinning keeps rows whole and spreads them over all', () => {
  const rows = 10;
  const x = Float64Array.from({ length: 2 * rows }, (_, i) => i);
  const y = Float64Array.from({ length: rows }, (_, i) => 100 + i);
  const few = thinned({ x, y, rows, columns: 2 }, 4);
  expect([...few.y]).toEqual([100, 102, 105, 107]);
  expect([...few.x]).toEqual([0, 1, 4, 5, 10, 11, 14, 15]);
  expect(thinned({ x, y, rows, columns: 2 }, 99).rows).toBe(rows);
});
