import { describe, expect, test } from 'vitest';
import { functions, meanSquaredError, models, readTable, relativeError, tableProblem, taskProblem } from '../src/index.ts';

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
  for (const { build } of models) for (const inputs of [1, 2, 5]) expect(build(inputs)).toMatchObject({ inputs, outputs: 1 });
});
