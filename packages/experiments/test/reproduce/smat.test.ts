import { uniform } from '@nalu/core';
import { describe, expect, test } from 'vitest';
import { nearlyPerfect } from '../../src/protocols/smat-thresholds.ts';
import { smat } from '../../src/protocols/smat.ts';
import { makePlan } from '../../src/reproduce/plan.ts';
import { makeReport } from '../../src/reproduce/report.ts';
import type { CellResult } from '../../src/reproduce/result.ts';
import type { Draw } from '../../src/reproduce/rows.ts';

const mirrored: Draw = [
  [-6, -2],
  [2, 6],
];

describe('thresholds of nearly perfect modules', () => {
  // A simulation of the authors' formulas with ε = 1e-5 and two inputs.
  test.each<[Draw, number, number, number]>([
    [[-40, -20], 3.67e-7, 3.48e-4, 4.67e-10],
    [[20, 40], 3.67e-7, 3.48e-4, 4.67e-10],
    [[-6, -2], 6.66e-9, 1.2e-7, 5.78e-10],
    [mirrored, 6.66e-9, 1.2e-7, 5.78e-10],
    [[-6.1, -1.2], 5.72e-9, 9.4e-8, 8.4e-10],
    [[1.2, 6], 5.57e-9, 8.86e-8, 8.3e-10],
    [[0.2, 2], 5.39e-10, 8.77e-10, 1.49e-9],
  ])('%j', (draw, sum, product, quotient) => {
    const close = (operation: string, wanted: number): void => {
      expect(Math.abs(nearlyPerfect(operation, draw, 2, 1e-5) / wanted - 1)).toBeLessThan(0.02);
    };
    close('+', sum);
    close('-', sum);
    close('*', product);
    close('/', quotient);
    expect(nearlyPerfect('+', draw, 2, 1e-4)).toBeCloseTo(100 * nearlyPerfect('+', draw, 2, 1e-5), 12);
  });

  test.each(['+', '-', '*', '/'])('%s with ten inputs, against a simulation', (operation) => {
    const epsilon = 1e-5;
    const rows = 40_000;
    const unit = uniform(1, 0, 0, 0, 10 * rows);
    let sum = 0;
    for (let row = 0; row < rows; row++) {
      const x = Array.from(unit.subarray(10 * row, 10 * row + 10), (u) => 2 + 4 * u);
      const others = x.slice(2);
      const [a, b] = x as [number, number];
      const spoiled = others.reduce((product, each) => product * (1 - epsilon * each), 1);
      const errors: { readonly [name: string]: number } = {
        '+': epsilon * x.reduce((total, each) => total + each, 0),
        '-': epsilon * x.reduce((total, each) => total + each, 0),
        '*': ((1 - epsilon) ** 2 * spoiled - 1) * a * b,
        '/': (((1 - epsilon) / (1 + epsilon)) * spoiled - 1) * (a / b),
      };
      sum += errors[operation]! ** 2;
    }
    expect(Math.abs(nearlyPerfect(operation, [2, 6], 10, epsilon) / (sum / rows) - 1)).toBeLessThan(0.03);
  });
});

describe('protocol', () => {
  const cells = smat.cells();

  test('nine ranges, four operations, 25 runs, 50,000 or 100,000 steps, evaluated every 1000', () => {
    expect(new Set(cells.map(({ range }) => range)).size).toBe(9);
    expect(new Set(cells.map(({ operation }) => operation))).toEqual(new Set(['+', '-', '*', '/']));
    for (const { runs, steps, evaluateEvery, module, setting } of cells) {
      const isLong = setting === '10 inputs' && /^(nau|real-npu.*|nru|nmru)$/.test(module);
      expect([runs, steps, evaluateEvery]).toEqual([25, isLong ? 100_000 : 50_000, 1000]);
    }
  });

  test.each([
    ['U[-0.2,-0.1)', 1, 1],
    ['U[-1.2,-1.1)', 1, 17 / 25],
    ['U[-2,-1)', 1, 20 / 25],
    ['U[-2,2)', 1, 1],
    ['U[10,20)', 1, 1],
  ])('published rates of NAU and NMU on %s', (train, sum, product) => {
    const rate = (module: string, operation: string): number | undefined =>
      cells.find(
        (cell) =>
          cell.module === module &&
          cell.operation === operation &&
          cell.setting === '2 inputs' &&
          cell.range.startsWith(`${train} →`),
      )?.published?.value;
    expect([rate('nau', '+'), rate('nmu', '*')]).toEqual([sum, product]);
    expect(rate('nau', '-')).toBeUndefined();
  });

  test('the published averages stand beside all nine ranges together, when all have been run', () => {
    const plan = makePlan(smat, { module: ['nmru'], setting: ['10 inputs'] });
    expect(plan.cells.length).toBe(9);
    const result = (successes: number): CellResult => ({
      runs: Array.from({ length: 25 }, (_, run) => ({
        run,
        step: 0,
        errors: { outside: run < successes ? 0 : 1 },
        solvedAt: null,
        sparsityError: null,
      })),
      untrained: { outside: 1 },
      curves: [],
      milliseconds: 1,
      processorMilliseconds: 1,
    });
    const results = new Map(plan.cells.map(({ index }, i) => [index, result(i === 0 ? 6 : 25)]));
    const { rows } = makeReport(plan, results);
    expect(rows.length).toBe(10);
    expect(rows.at(-1)).toMatchObject({
      range: 'all 9 ranges',
      runs: 225,
      successes: 206,
      certainty: 'abstract',
      milliseconds: 9,
      processorMilliseconds: 9,
    });
    expect(rows.at(-1)!.published).toBeCloseTo(0.916, 3);
    results.delete(plan.cells[3]!.index);
    expect(makeReport(plan, results).rows.length).toBe(8);
  });

  test('validation and test rows lie in their ranges, and targets are right', () => {
    for (const cell of cells.filter(({ module, setting }) => setting === '2 inputs' && ['nau', 'nmu', 'nmru'].includes(module))) {
      const outside = cell.tests[0]!.rows(1);
      expect(outside.x.shape).toEqual([10_000, 2]);
      const [, train, low] = /^U\[(.*?),.*→ U\[(.*?),/.exec(cell.range)!;
      const { data } = cell.validation!(1).x;
      expect(Math.min(...data)).toBeGreaterThanOrEqual(Math.fround(Number(train)));
      expect(Math.min(...outside.x.data)).toBeGreaterThanOrEqual(Math.fround(Number(low)));
      const [a, b] = outside.x.data as unknown as [number, number];
      const right: { readonly [name: string]: number } = { '+': a + b, '-': a - b, '*': a * b, '/': a / b };
      expect(outside.y.data[0]).toBe(right[cell.operation]);
    }
  });
});
