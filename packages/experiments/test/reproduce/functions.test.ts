import { createBackend } from '@nalu/backend-js';
import { constant, evaluate, randomUniform, type BatchSource } from '@nalu/core';
import { expect, test } from 'vitest';
import { functionsExperiment } from '../../src/protocols/functions.ts';
import { smat } from '../../src/protocols/smat.ts';
import { experiments } from '../../src/reproduce/experiments.ts';
import type { Cell } from '../../src/reproduce/experiment.ts';

const operations: { readonly [name: string]: (a: number, b: number) => number } = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  'a^2': (a) => a * a,
  'sqrt(a)': (a) => Math.sqrt(a),
};

/** The batch of a step, on the host. */
const batchOf = async (source: BatchSource) => {
  const backend = await createBackend();
  const [x, y] = await evaluate(backend, () => {
    const batch = source.draw(undefined, {
      step: constant(0),
      uniform: (shape) => randomUniform(constant([0, 1, 2, 3, 4]), shape),
    });
    return [batch.x, batch.y];
  });
  await backend.dispose();
  return { x: x!, y: y! };
};

const columnsOf = ({ setting }: Cell): readonly [a: readonly number[], b: readonly number[]] => {
  const range = (from: number, to: number): readonly number[] => Array.from({ length: to - from }, (_, i) => from + i);
  if (setting === 'static') return [range(0, 25), range(13, 38)];
  const steps = (first: number, last: number): readonly number[] =>
    range(0, 10).flatMap((t) => range(first, last + 1).map((i) => 10 * t + i));
  return setting === 'recurrent' ? [steps(0, 1), steps(1, 2)] : [[0], [1]];
};

test.each(
  [...functionsExperiment.cells(), ...smat.cells().filter(({ range }) => range.startsWith('U[1,2)'))].filter(
    (cell) => cell.module === 'nalu',
  ),
)('$operation $setting: training batches and rows have the right targets', async (cell) => {
  const [a, b] = columnsOf(cell);
  const { x, y } = await batchOf(cell.training(1).source);
  const { x: xInside, y: yInside } = cell.validation!(1);
  for (const [inputs, targets, rows] of [
    [x.data, y.data, [0, 127]],
    [xInside.data, yInside.data, [0, 500]],
  ] as const) {
    const width = cell.training(1).module.inputs;
    for (const row of rows) {
      const sum = (columns: readonly number[]): number =>
        columns.reduce((total, column) => total + inputs[row * width + column]!, 0);
      const right = operations[cell.operation]!(sum(a), sum(b));
      expect(Math.abs(targets[row]! - right)).toBeLessThan(1e-5 * Math.max(1, Math.abs(right)));
    }
    expect(inputs.every((value) => value >= 1 && value <= 2)).toBe(true);
  }
});

test('published scores that could not be checked say so', () => {
  for (const { tests } of functionsExperiment.cells())
    for (const { published } of tests) if (published !== undefined) expect(published.certainty).toBe('unverified');
  expect(experiments).toContain(functionsExperiment);
});
