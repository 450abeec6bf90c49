import { describe, expect, test } from 'vitest';
import { functions, sampleTask } from '../src/index.ts';

/** The six functions once more, written independently of the table under test. */
const closedForms: Record<string, (row: readonly number[]) => number> = {
  'a+b': ([a, b]) => a! + b!,
  'a-b': ([a, b]) => a! - b!,
  'a*b': ([a, b]) => a! * b!,
  'a/b': ([a, b]) => a! / b!,
  'a^2': ([a]) => a! ** 2,
  'sqrt(a)': ([a]) => a! ** 0.5,
};

test('the functions are the six of the article', () => {
  expect(functions.map(({ name }) => name)).toEqual(Object.keys(closedForms));
});

describe.each(functions)('$name', (task) => {
  const sample = sampleTask(task, 7, { train: 50, validation: 51, interpolation: 52, extrapolation: 53 });
  const sets = (['train', 'validation', 'interpolation', 'extrapolation'] as const).map((name) => [name, sample[name]] as const);

  test('has the asked number of rows and the closed form as target', () => {
    expect(sets.map(([, { rows }]) => rows)).toEqual([50, 51, 52, 53]);
    for (const [, { x, y, rows, columns }] of sets) {
      expect([x.length, y.length, columns]).toEqual([rows * columns, rows, task.inputs.length]);
      for (let row = 0; row < rows; row++) {
        const wanted = closedForms[task.name]!([...x.subarray(row * columns, (row + 1) * columns)]);
        expect(Math.abs(y[row]! - wanted)).toBeLessThanOrEqual(1e-12 * Math.abs(wanted));
      }
    }
  });

  test('draws inside the training range, and outside it only for extrapolation', () => {
    for (const [name, { x, columns }] of sets) {
      const ranges = name === 'extrapolation' ? task.outside : task.inside;
      x.forEach((value, i) => {
        const [low, high] = ranges[i % columns]!;
        expect(value).toBeGreaterThanOrEqual(low);
        expect(value).toBeLessThanOrEqual(high);
      });
    }
  });

  test('keeps the ranges apart in every column', () => {
    task.inside.forEach(([, high], column) => expect(task.outside[column]![0]).toBeGreaterThanOrEqual(high));
  });

  test('draws values that single precision holds exactly', () => {
    for (const [, { x }] of sets) expect([...x]).toEqual([...new Float32Array(x)]);
  });

  test('repeats for a seed, differs between seeds and between sets', () => {
    expect(sampleTask(task, 7, { train: 50 }).train.x).toEqual(sample.train.x);
    expect(sampleTask(task, 8, { train: 50 }).train.x).not.toEqual(sample.train.x);
    expect(sample.train.x.slice(0, 20)).not.toEqual(sample.validation.x.slice(0, 20));
  });
});
