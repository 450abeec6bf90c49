import { applyModule, listParams, unflatten, constant, evaluate, type Rows } from '@nalu/core';
import { createBackend } from '@nalu/backend-js';
import { describe, expect, test } from 'vitest';
import { drawNumbers, showDistribution } from '../../src/protocols/distributions.ts';
import { inaluExperiment } from '../../src/protocols/inalu.ts';
import { npuExperiment } from '../../src/protocols/npu.ts';

const moments = (values: Float64Array): readonly [mean: number, deviation: number] => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return [mean, Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)];
};

describe('distributions', () => {
  const count = 50_000;

  test('a truncated normal keeps its bounds and has the moments of one', () => {
    const values = drawNumbers({ kind: 'truncatedNormal', low: 8, high: 10 }, 1, count);
    const [mean, deviation] = moments(values);
    expect(values.every((value) => value >= 8 && value <= 10)).toBe(true);
    expect(mean).toBeCloseTo(9, 2);
    // Cut off at three deviations, a standard normal has 0.9866.
    expect(deviation).toBeCloseTo(0.9866 / 3, 2);
  });

  test('an exponential has mean and deviation of its scale', () => {
    const [mean, deviation] = moments(drawNumbers({ kind: 'exponential', scale: 0.8 }, 1, count));
    expect(mean).toBeCloseTo(0.8, 1);
    expect(deviation).toBeCloseTo(0.8, 1);
  });

  test('a uniform has the deviation of its width over √12', () => {
    const [mean, deviation] = moments(drawNumbers({ kind: 'uniform', low: -10, high: -5 }, 1, count));
    expect(mean).toBeCloseTo(-7.5, 1);
    expect(deviation).toBeCloseTo(5 / Math.sqrt(12), 1);
  });

  test("names are the paper's", () => {
    expect(showDistribution({ kind: 'truncatedNormal', low: -3, high: 3 })).toBe('N(-3,3)');
    expect(showDistribution({ kind: 'exponential', scale: 0.2 })).toBe('E(0.2)');
  });
});

describe('inalu', () => {
  const cells = inaluExperiment.cells();

  test.each([
    ['inalu', '*', 'N(-3,3) → N(8,10)', 10],
    ['inalu-shared', '/', 'N(-2,4) → N(8,10)', 6],
    ['inalu', '/', 'E(0.8) → E(0.5)', 7],
    ['inalu', '*', 'N(-4,2) → N(8,10)', 0],
    ['nalu', '*', 'E(0.2) → E(0.5)', 7],
    ['inalu', '+', 'E(0.2) → E(0.5)', 10],
    ['inalu-shared', '-', 'N(-3,3) → N(3,4)', 3],
    ['inalu', '+', 'U(-3,3) → U(-5,-3)', 9],
  ])('%s %s on %s: %i of 10 published', (module, operation, range, successes) => {
    const cell = cells.find((each) => each.module === module && each.operation === operation && each.range === range)!;
    expect(cell).toMatchObject({
      runs: 10,
      steps: 100_000,
      published: { value: successes / 10, certainty: 'computed', runs: 10 },
    });
  });

  test('seven distributions with 2 inputs, two with 100, four operations, three models', () => {
    expect(cells.filter(({ setting }) => setting === '').length).toBe(7 * 4 * 3);
    expect(cells.filter(({ setting }) => setting === '100 inputs').length).toBe(2 * 4 * 3);
  });

  test('an epoch goes through all 64,000 rows once, in batches of 64', async () => {
    const { source } = cells[0]!.training(1);
    const backend = await createBackend();
    const rows = source.data!;
    expect(rows.x.shape).toEqual([64_000, 2]);
    const batchAt = async (step: number): Promise<ArrayLike<number>> => {
      const [x] = await evaluate(
        backend,
        (all, at) => [
          source.draw({ x: all!, y: all!.slice([0, 0], [64_000, 1]) }, { step: at!.reshape([]), uniform: () => constant(0) }).x,
        ],
        { data: Float32Array.from(rows.x.data), shape: [64_000, 2] },
        [step],
      );
      return x!.data;
    };
    const all = Float32Array.from(rows.x.data);
    for (const step of [0, 1, 999, 1000, 99_999])
      expect(Float32Array.from(await batchAt(step))).toEqual(all.subarray(128 * (step % 1000), 128 * (step % 1000) + 128));
    await backend.dispose();
  });

  test('a run is asked every ten epochs whether it starts again', () => {
    const rule = cells[0]!.training(1).restart!;
    const stuck = Array.from({ length: 20 }, () => 5);
    const at = (steps: number): boolean => rule.isDue({ steps, training: stuck, validation: [] });
    expect([at(9000), at(10_000), at(15_000), at(20_000)]).toEqual([false, true, false, true]);
    expect(rule.isDue({ steps: 10_000, training: stuck.map(() => 0.5), validation: [] })).toBe(false);
  });
});

describe('inalu with 100 inputs', () => {
  const cells = inaluExperiment.cells().filter(({ setting, range }) => setting === '100 inputs' && range.startsWith('U'));
  const testRows = (operation: string): Rows => cells.find((cell) => cell.operation === operation)!.tests[0]!.rows(1);

  test('labels are operations on two sums of inputs, which the labels show', () => {
    const { x, y: sums } = testRows('+');
    const [differences, products, quotients] = ['-', '*', '/'].map((operation) => testRows(operation).y.data);
    const rows = x.shape[0]!;
    expect(x.shape).toEqual([10_000, 100]);
    expect(x.data.every((value) => value >= -5 && value <= -3)).toBe(true);
    const a = Float64Array.from(sums.data, (sum, row) => (sum + differences![row]!) / 2);
    const b = Float64Array.from(sums.data, (sum, row) => (sum - differences![row]!) / 2);

    // Inputs are independent, so the slope of a sum by an input is 1 when the input is part of it, else 0, up to chance (0.07).
    const slope = (sum: Float64Array, input: number): number => {
      const [mean] = moments(sum);
      const values = Float64Array.from({ length: rows }, (_, row) => x.data[100 * row + input]!);
      const [centre, deviation] = moments(values);
      return values.reduce((total, value, row) => total + (value - centre) * (sum[row]! - mean), 0) / rows / deviation ** 2;
    };
    const inputsOf = (sum: Float64Array): readonly number[] =>
      Array.from({ length: 100 }, (_, input) => input).filter((input) => slope(sum, input) > 0.5);
    const [inA, inB] = [inputsOf(a), inputsOf(b)];
    expect(inA.filter((input) => inB.includes(input))).toEqual([]);
    expect(inaluExperiment.deviations.join()).toContain(
      `${inA.length} inputs in a, ${inB.length} in b, ${100 - inA.length - inB.length} in neither`,
    );
    // Three deviations of the binomial distributions with probabilities 1/2 and 1/4.
    expect(Math.abs(inA.length - 50)).toBeLessThan(15);
    expect(Math.abs(inB.length - 25)).toBeLessThan(13);

    for (const row of [0, 1, 5000, 9999]) {
      const sumOf = (inputs: readonly number[]): number => inputs.reduce((total, input) => total + x.data[100 * row + input]!, 0);
      const [own, other] = [sumOf(inA), sumOf(inB)];
      expect(a[row]).toBeCloseTo(own, 9);
      expect(b[row]).toBeCloseTo(other, 9);
      expect(products![row]).toBeCloseTo(own * other, 6);
      expect(quotients![row]).toBeCloseTo(own / other, 9);
    }
  });

  test.each(['nalu', 'inalu-shared', 'inalu'])(
    '%s: two layers, whose parameters all have turns and their initial values',
    (name) => {
      const { module, turns } = cells.find((cell) => cell.module === name)!.training(1);
      const params = listParams(module.params);
      expect([module.inputs, module.outputs]).toEqual([100, 1]);
      const names = (layer: string): readonly string[] =>
        params.flatMap(({ path }) => (path.startsWith(layer) ? [path.slice(layer.length)] : []));
      expect(names('0/')).toEqual(names('1/'));
      expect(names('0/').length * 2).toBe(params.length);
      const means: { readonly [name: string]: number } = { wHat: 1, mHat: -1, gate: 0 };
      for (const { path, spec } of params) {
        const last = path.split('/').at(-1)!;
        expect(spec.group).toBe(last === 'gate' ? 'gate' : 'weights');
        expect(turns!.groups).toHaveProperty(spec.group!);
        const [mean] = moments(spec.init.values([10_000], { seed: 1, member: 0, stream: 1 }));
        expect(mean).toBeCloseTo(means[last]!, 1);
      }
    },
  );
});

describe('npu', () => {
  const cells = npuExperiment.cells();

  test.each([
    ['real-npu', [0.08, 0.066, 0.085, 0.004]],
    ['nmu', [0.2, 0.005, 11.4, 0.16]],
  ])('published errors of %s in the simple task', (module, published) => {
    const { tests } = cells.find((cell) => cell.module === module && cell.setting === 'simple')!;
    expect(tests.map((each) => each.published!.value)).toEqual(published);
  });

  test('the grid has 41 × 41 points, √ has 40 × 40, and targets are right', () => {
    const { tests } = cells[0]!;
    expect(tests.map(({ rows }) => rows(1).x.shape[0])).toEqual([1681, 1681, 1681, 1600]);
    const { x, y } = tests[2]!.rows(1);
    expect(x.data[0]).toBeCloseTo(-4.1, 6);
    expect(Math.max(...x.data)).toBeCloseTo(3.9, 6);
    expect(y.data[57]).toBeCloseTo(x.data[2 * 57]! / x.data[2 * 57 + 1]!, 6);
  });

  test('the error of each test is that of its own output', async () => {
    const { training, tests } = cells.find((cell) => cell.module === 'nmu')!;
    const { module } = training(1);
    const backend = await createBackend();
    const { x, y } = tests[1]!.rows(1);
    const [prediction, error] = await evaluate(
      backend,
      (rows, target) => {
        const values = listParams(module.params).map(({ spec }) =>
          constant(Array.from(spec.init.values(spec.shape, { seed: 1, member: 0, stream: 1 }))).reshape(spec.shape),
        );
        const all = applyModule(module, unflatten(module.params, values), rows!);
        return [all, tests[1]!.error.terms(all, target!)];
      },
      { data: Float32Array.from(x.data), shape: x.shape },
      { data: Float32Array.from(y.data), shape: y.shape },
    );
    for (const row of [0, 700, 1680])
      expect(error!.data[row]).toBeCloseTo(Math.abs(prediction!.data[4 * row + 1]! - y.data[row]!), 5);
    await backend.dispose();
  });

  test('the large task has the published medians', () => {
    const large = cells.filter(({ setting }) => setting === 'large');
    expect(large.length).toBe(20);
    const of = (module: string, operation: string): number =>
      large.find((cell) => cell.module === module && cell.operation === operation)!.tests[0]!.published!.value;
    expect([of('nmu', '+'), of('nmu', '*'), of('npu', '1/a'), of('real-npu', 'sqrt(a)')]).toEqual([0.00602, 1.7, 1e-7, 0.017]);
  });
});
