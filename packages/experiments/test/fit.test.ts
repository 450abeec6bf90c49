import { createBackend } from '@nalu/backend-js';
import type { Backend } from '@nalu/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataSet } from '../src/data.ts';
import {
  bestFit,
  fitModel,
  functions,
  meanSquaredError,
  models,
  notesOn,
  readTable,
  relativeError,
  tableProblem,
  taskProblem,
} from '../src/index.ts';

describe('errors', () => {
  test('mean squared error', () => expect(meanSquaredError([1, 2, 5], [1, 4, 2])).toBe((0 + 4 + 9) / 3));
  test('relative error: 0 for the right answer, 1 for always 0, the factor for a wrong scale', () => {
    const wanted = [3, -4, 12];
    expect(relativeError(wanted, wanted)).toBe(0);
    expect(relativeError([0, 0, 0], wanted)).toBe(1);
    expect(
      relativeError(
        wanted.map((value) => value * 1.01),
        wanted,
      ),
    ).toBeCloseTo(0.01, 12);
  });
});

describe('a table becomes a problem', () => {
  const rows = Array.from({ length: 13 }, (_, i) => `${i},${((i * 7) % 13) - 6.5}`);
  const problem = tableProblem(readTable(`id,y\n${rows.join('\n')}`, { target: 'y', file: 'f.csv' }));
  const ids = (part: 'train' | 'validation' | 'interpolation' | 'extrapolation'): number[] =>
    [...problem[part].x].sort((a, b) => a - b);

  test('every row has one place, and interpolation is all that is inside', () => {
    expect([...ids('train'), ...ids('validation'), ...ids('extrapolation')].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 13 }, (_, i) => i),
    );
    expect(ids('interpolation')).toEqual([...ids('train'), ...ids('validation')].sort((a, b) => a - b));
  });

  test('a quarter is outside, and its targets are the largest', () => {
    expect(problem.extrapolation.rows).toBe(3);
    const largest = (values: Float64Array): number => Math.max(...values.map(Math.abs));
    expect(Math.min(...problem.extrapolation.y.map(Math.abs))).toBeGreaterThanOrEqual(largest(problem.interpolation.y));
  });

  test('rows keep their targets', () => {
    for (const part of [problem.train, problem.validation, problem.interpolation, problem.extrapolation]) {
      part.x.forEach((id, row) => expect(part.y[row]).toBe(((id * 7) % 13) - 6.5));
    }
  });

  test('the smallest table that is read still has rows for everything', () => {
    const small = tableProblem(readTable('a,y\n1,1\n2,2\n3,3\n4,4\n', { target: 'y', file: 'f.csv' }));
    expect([small.train.rows, small.validation.rows, small.extrapolation.rows]).toEqual([2, 1, 1]);
  });
});

test('models fit the problem: two layers only where one cannot express the function', () => {
  const suited = (name: string): string[] => {
    const problem = taskProblem(
      functions.find((task) => task.name === name)!,
      1,
    );
    return models.filter((model) => model.suits(problem)).map((model) => model.name);
  };
  expect(suited('a*b')).toEqual(['nac', 'nac-mul', 'nalu', 'relu', 'tanh']);
  expect(suited('a^2')).toEqual(['nac', 'nac-mul-2', 'nalu-2', 'relu', 'tanh']);
  const lines = Array.from({ length: 8 }, (_, i) => [i + 1, i + 2, i + 3, i + 4, i + 5, i + 6]);
  for (const { build } of models)
    for (const inputs of [1, 2, 5]) {
      const names = ['a', 'b', 'c', 'd', 'e'].slice(0, inputs);
      const text = [['y', ...names], ...lines.map((line) => line.slice(0, inputs + 1))].join('\n');
      expect(build(tableProblem(readTable(text, { target: 'y', file: 'f.csv' })))).toMatchObject({ inputs, outputs: 1 });
    }
});

describe('notes', () => {
  const problem = (x: number) =>
    tableProblem(readTable(`a,b,y\n1,${x},1\n2,2,2\n3,3,3\n4,4,4\n`, { target: 'y', file: 'f.csv' }));
  const named = (...names: readonly string[]) => models.filter(({ name }) => names.includes(name));

  test('a product and an input with negative values: which ones', () =>
    expect(notesOn(problem(-1), named('nac', 'nac-mul', 'relu'))).toEqual([
      '"b" has negative values, and products see magnitudes only: in NAC• such a sign changes no product.',
    ]));
  test('positive inputs, or no product: nothing', () => {
    expect(notesOn(problem(1), models)).toEqual([]);
    expect(notesOn(problem(-1), named('nac', 'relu', 'tanh'))).toEqual([]);
  });
});

describe('a model is trained on a problem', () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await createBackend();
  });
  afterAll(() => backend.dispose());
  const model = (name: string) => models.find((entry) => entry.name === name)!;
  const task = (name: string) =>
    taskProblem(
      functions.find((each) => each.name === name)!,
      3,
    );
  const settings = { seeds: 8, steps: 1500, seed: 1 };

  test.each([
    ['a-b', 'nac', 'a - b'],
    ['a/b', 'nac-mul', 'a/b'],
    ['a^2', 'nac-mul-2', 'a²'],
    ['a^2', 'nau-nmu', 'a²'],
    ['a/b', 'real-npu', 'a/b'],
  ])('%s by %s: learned far outside, with the formula %s', async (name, modelName, formula) => {
    const { run, model: trained } = await fitModel(task(name), model(modelName), backend, settings);
    trained!.dispose();
    expect(run).toMatchObject({
      model: modelName,
      backend: 'js',
      learned: true,
      formula,
      failure: null,
      steps: 1500,
      interrupted: false,
    });
    expect(run.extrapolation.relative).toBeLessThan(1e-3);
    expect(run.formulaError!.extrapolation).toBeLessThan(1e-6);
  });

  test('a model that cannot express the function has not learned it, and its formula is not passed off as one', async () => {
    const { run, model: trained } = await fitModel(task('a*b'), model('nac'), backend, { ...settings, steps: 300 });
    trained!.dispose();
    expect(run.learned).toBe(false);
    expect(run.formula).toMatch(/^≈/);
    expect(run.formulaError!.extrapolation).toBeGreaterThan(0.5);
  });

  test("Kepler's third law comes out of the planets' orbits", async () => {
    const set = await dataSet('planets');
    const problem = tableProblem(readTable(set.text, { target: set.target, ignore: set.ignore, file: set.file }));
    const { run, model: trained } = await fitModel(problem, model('nac-mul-2'), backend, settings);
    trained!.dispose();
    expect(run.formula).toBe('distance^1.5');
    expect(run.extrapolation.relative).toBeLessThan(0.002);
  });

  /** Measurements of a law with 1 % noise. */
  const measurements = (
    names: string,
    ranges: readonly (readonly [low: number, high: number])[],
    law: (...x: readonly number[]) => number,
  ) => {
    // Irrational steps fill the ranges evenly, and are the same on every machine.
    const uniform = (i: number, step: number): number => (i * step) % 1;
    const rows = Array.from({ length: 60 }, (_, i) => {
      const x = ranges.map(
        ([low, high], at) => low + (high - low) * uniform(i + 1, [Math.SQRT2, Math.sqrt(3), Math.sqrt(7)][at]!),
      );
      const noise = Math.sqrt(3) * 0.01 * (2 * uniform(i + 1, Math.sqrt(5)) - 1);
      return [...x, law(...x) * (1 + noise)].join(',');
    });
    return tableProblem(readTable(`${names}\n${rows.join('\n')}`, { target: names.split(',').at(-1)!, file: 'f.csv' }));
  };
  const coefficient = (formula: string): number => Number(/≈ (?<number>[\d.e-]+)/.exec(formula)!.groups!['number']);

  test.each([
    [
      'volume,temperature,pressure',
      [
        [0.01, 0.05],
        [250, 400],
      ],
      (v: number, t: number) => (8.314 * t) / v,
      /≈ [\d.]+·temperature\/volume$/,
      8.314,
    ],
    [
      'length,gravity,period',
      [
        [0.1, 2],
        [1.6, 25],
      ],
      (l: number, g: number) => 2 * Math.PI * Math.sqrt(l / g),
      /≈ [\d.]+·√length\/√gravity$/,
      2 * Math.PI,
    ],
    [
      'a,b,y',
      [
        [1, 10],
        [1, 10],
      ],
      (a: number, b: number) => (2 * a) / b,
      /≈ [\d.]+·a\/b$|≈ 2·a\/b$/,
      2,
    ],
    ['a,y', [[1, 10]], (a: number) => 4.9 * a * a, /≈ [\d.]+·a²$/, 4.9],
    [
      'mass,distance,attraction',
      [
        [1e24, 1e25],
        [1e6, 5e6],
      ],
      (m: number, r: number) => (6.674e13 * m) / r ** 2,
      /≈ [\d.e]+·mass\/distance²$/,
      6.674e13,
    ],
    ['length,charge', [[1e-9, 9e-9]], (l: number) => 3e-12 * l, /≈ [\d.e-]+·length$/, 3e-12],
  ] as const)('a law with a constant, from noisy measurements of %s', async (names, ranges, law, reads, constant) => {
    const problem = measurements(names, ranges, law as (...x: readonly number[]) => number);
    const { run, model: trained } = await fitModel(problem, model('power-law'), backend, { ...settings, steps: 2000 });
    trained!.dispose();
    expect(run.formula).toMatch(reads);
    expect(Math.abs(coefficient(run.formula!) / constant - 1)).toBeLessThan(0.03);
    expect(run.formulaError!.extrapolation).toBeLessThan(0.03);
  });

  test('an ordinary network has no formula, and the result says why', async () => {
    const { run, model: trained } = await fitModel(task('a+b'), model('tanh'), backend, { seeds: 1, steps: 20, seed: 1 });
    trained!.dispose();
    expect(run).toMatchObject({ formula: null, noFormula: 'an ordinary network has no formula', weights: [] });
  });

  test('interrupted: the best so far, with the steps that were done', async () => {
    const controller = new AbortController();
    const { run, model: trained } = await fitModel(
      task('a+b'),
      model('nac'),
      backend,
      { ...settings, steps: 10_000_000 },
      {
        signal: controller.signal,
        onProgress: () => controller.abort(),
      },
    );
    trained!.dispose();
    expect(run.interrupted).toBe(true);
    expect(run.steps).toBeLessThan(10_000_000);
    expect(Number.isFinite(run.interpolation.mse)).toBe(true);
  });

  test('nothing finite to learn: a result with its reason, and never the best', async () => {
    const problem = task('a*b');
    const huge = {
      ...problem,
      train: { ...problem.train, x: problem.train.x.map((value) => value * 1e30) },
      validation: { ...problem.validation, y: problem.validation.y.map((value) => value * 1e30) },
    };
    const { run, model: trained } = await fitModel(huge, model('nac-mul'), backend, { ...settings, steps: 20 });
    expect(trained).toBeUndefined();
    expect(run.failure).toMatch(/None of the 8 members/);
    expect(bestFit([{ run, model: trained }])).toBeUndefined();
  });

  test('nothing stays behind on the backend', () => expect(backend.memory().buffers).toBe(0));
});
