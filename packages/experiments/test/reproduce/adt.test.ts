import { describe, expect, test } from 'vitest';
import { adt } from '../../src/protocols/adt.ts';
import type { Cell } from '../../src/reproduce/experiment.ts';

const cells = adt.cells();

const find = (module: string, operation: string, setting: string, range = 'U[1,2) → U[2,6)'): Cell =>
  cells.find(
    (cell) => cell.module === module && cell.operation === operation && cell.setting === setting && cell.range === range,
  )!;

describe('the arithmetic data set task', () => {
  // function_task_static_all.tex.
  test.each([
    ['nmu', '*', 98],
    ['nac-mul-sigmoid', '*', 100],
    ['nac-mul', '*', 31],
    ['nac-mul', 'a^2', 77],
    ['nac-mul', 'sqrt(a)', 7],
    ['nmu', '-', 56],
    ['relu', '+', 62],
    ['nalu', '/', 0],
    ['linear', '-', 7],
    ['gated-nau-nmu', '*', 0],
  ])('%s %s: %i %% published, certain, of 100', (module, operation, percent) => {
    const { published } = find(module, operation, 'default');
    expect(published).toEqual({ value: percent / 100, certainty: 'certain', runs: 100 });
  });

  test.each([
    ['+', 1.4786e-5],
    ['-', 1.3844e-8],
    ['*', 0.16001],
    ['/', 4.938e-12],
    ['sqrt(a)', 8.955e-9],
    ['a^2', 0.15947],
  ])('threshold of %s', (operation, threshold) => {
    for (const cell of cells.filter((each) => each.setting === 'default' && each.operation === operation))
      expect(cell.criteria[0]!.below).toBe(threshold);
  });

  test('5,000,000 steps of 128 rows, 100 runs', () => {
    for (const { steps, runs } of cells.filter(({ setting }) => setting === 'default')) expect([steps, runs]).toEqual([5e6, 100]);
    expect(cells.filter(({ setting }) => setting === 'default').length).toBe(66);
  });

  test('noise: nine ranges twice, with thresholds of the same tests as elsewhere', () => {
    const noisy = cells.filter(({ setting }) => setting === 'noise');
    expect(noisy.length).toBe(18);
    for (const { range, steps, criteria } of noisy) {
      expect(steps).toBe(2e6);
      const other = cells.find((each) => each.setting === 'range sweep' && each.range === range);
      if (other !== undefined) expect(criteria[0]!.below / other.criteria[0]!.below).toBeCloseTo(1, 2);
    }
  });

  test('gating study, 10 parameters and sweeps as published', () => {
    expect(find('gated-nau-nmu', '*', 'gating study').published!.value).toBe(0.62);
    expect(find('nalu-separate', '+', 'gating study').published!.value).toBe(0.51);
    expect(find('nmu', '*', '10 parameters').published!.value).toBe(0.94);
    expect(find('nmu', '*', '10 parameters')).toMatchObject({ steps: 200_000, criteria: [{ below: 2.157e-6 }] });
    expect(find('nmu', '*', 'range sweep', 'U[-2,2) → U[-6,-2)∪U[2,6)')).toMatchObject({
      published: { value: 0.78, certainty: 'figure' },
      criteria: [{ below: 2.3079e-4 }],
    });
    expect(find('nmu', '*', 'range sweep', 'U[1.1,1.2) → U[1.2,6)').published!.value).toBe(0);
    expect(find('nmu', '*', 'hidden size 10').published!.value).toBe(0.63);
    expect(find('nac-mul-nmu', '*', 'hidden size 10').published!.value).toBe(0);
    expect(find('nmu', '*', 'input size 300')).toMatchObject({ published: { value: 0.78 }, criteria: [{ below: 12.97 }] });
    expect(find('gated-nau-nmu', '*', 'input size 4').published!.value).toBe(0.88);
  });

  test('a and b are sums of 25 of 100 inputs, 12 in both', () => {
    const { x, y } = find('nmu', '*', 'default').tests[0]!.rows(1);
    const data = Float64Array.from(x.data);
    expect(x.shape).toEqual([10_000, 100]);
    for (const row of [0, 9999]) {
      const values = data.subarray(100 * row, 100 * row + 100);
      const sum = (from: number, to: number): number => values.subarray(from, to).reduce((total, each) => total + each, 0);
      expect(y.data[row]).toBeCloseTo(sum(0, 25) * sum(13, 38), 6);
    }
  });

  test('a nearly perfect network has about the published threshold', () => {
    // First weights off by 1e-5, second ones exact: slices of 25 instead of the simulated 26, hence a bit less.
    for (const [operation, of] of [
      ['+', (a: number, b: number) => a + b],
      ['-', (a: number, b: number) => a - b],
      ['*', (a: number, b: number) => a * b],
    ] as const) {
      const cell = find('nmu', operation, 'default');
      const { x, y } = cell.tests[0]!.rows(1);
      const data = Float64Array.from(x.data);
      let total = 0;
      for (let row = 0; row < 10_000; row++) {
        const values = data.subarray(100 * row, 100 * row + 100);
        const sum = (from: number, to: number): number =>
          values.reduce((all, value, i) => all + value * (i >= from && i < to ? 1 - 1e-5 : 1e-5), 0);
        total += (of(sum(0, 25), sum(13, 38)) - y.data[row]!) ** 2;
      }
      const ratio = total / 10_000 / cell.criteria[0]!.below;
      expect(ratio).toBeGreaterThan(0.3);
      expect(ratio).toBeLessThan(3);
    }
  });
});
