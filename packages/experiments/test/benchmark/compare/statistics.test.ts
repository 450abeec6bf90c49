import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { criticalValue, mannWhitneyDistribution } from '../../../src/benchmark/compare/mann-whitney.ts';
import { shiftBetween } from '../../../src/benchmark/compare/shift.ts';

/** P(U = u) by looking at every way to deal n + m ranks out. */
const counted = (n: number, m: number): number[] => {
  const counts = new Array<number>(n * m + 1).fill(0);
  for (let subset = 0; subset < 2 ** (n + m); subset++) {
    let [chosen, u] = [0, 0];
    for (let rank = 0; rank < n + m; rank++) {
      if ((subset >> rank) & 1) chosen++;
      else u += chosen;
    }
    if (chosen === n) counts[u]!++;
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / total);
};

describe('the distribution of Mann and Whitney', () => {
  it.each([
    [1, 1],
    [1, 5],
    [4, 3],
    [5, 5],
    [7, 6],
  ])('is that of all ways to deal ranks out, for %i and %i', (n, m) => {
    const [got, wanted] = [mannWhitneyDistribution(n, m), counted(n, m)];
    expect(got).toHaveLength(wanted.length);
    wanted.forEach((probability, u) => expect(got[u]).toBeCloseTo(probability, 12));
  });

  it('is symmetric and adds up to 1', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }), (n, m) => {
        const p = mannWhitneyDistribution(n, m);
        expect(p.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 10);
        p.forEach((each, u) => expect(each).toBeCloseTo(p[p.length - 1 - u]!, 12));
      }),
      { numRuns: 20 },
    );
  });

  // The tables of critical values of U in textbooks, two-sided.
  it.each([
    [0.95, 4, 4, 0],
    [0.95, 5, 5, 2],
    [0.95, 8, 6, 8],
    [0.95, 10, 10, 23],
    [0.95, 20, 20, 127],
    [0.95, 3, 3, -1],
    [0.99, 5, 5, 0],
    [0.99, 10, 10, 16],
    [0.99, 20, 20, 105],
    [0.99, 4, 4, -1],
  ])('has the published critical value at %f for %i and %i: %i', (level, n, m, critical) => {
    expect(criticalValue(n, m, level)).toBe(critical);
  });

  it('is near the normal one where that takes over', () => {
    const exact = criticalValue(50, 50, 0.99);
    const normal = criticalValue(50, 51, 0.99);
    expect(normal - exact).toBeGreaterThan(0);
    expect(normal - exact).toBeLessThan(30);
  });
});

describe('the shift of Hodges and Lehmann', () => {
  // Hollander & Wolfe (1999), table 4.1: permeability of the human chorioamnion at term and at 12 to 26 weeks.
  const term = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
  const early = [1.15, 0.88, 0.9, 0.74, 1.21];

  it('agrees with the published example', () => {
    const shift = shiftBetween(early, term, 0.95)!;
    expect(shift.estimate).toBeCloseTo(0.305, 10);
    expect(shift.low).toBeCloseTo(-0.15, 10);
    expect(shift.high).toBeCloseTo(0.76, 10);
  });

  it('has no interval where samples are too small for the level', () => {
    expect(shiftBetween([1, 2, 3], [4, 5, 6], 0.99)).toBeUndefined();
    expect(shiftBetween([], [1], 0.5)).toBeUndefined();
    expect(shiftBetween([1, 2, 3, 4, 5], [4, 5, 6, 7, 8], 0.99)).toBeDefined();
  });

  const sample = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 5, maxLength: 20 });

  it('moves with the samples, turns with their order, and does not see their order within', () => {
    fc.assert(
      fc.property(sample, sample, fc.integer({ min: -50, max: 50 }), (x, y, by) => {
        const shift = shiftBetween(x, y, 0.95)!;
        const moved = shiftBetween(x, y.map((value) => value + by).reverse(), 0.95)!;
        const turned = shiftBetween(y, x, 0.95)!;
        for (const key of ['estimate', 'low', 'high'] as const) expect(moved[key]).toBeCloseTo(shift[key] + by, 9);
        expect(turned.estimate).toBeCloseTo(-shift.estimate, 9);
        expect([turned.low, turned.high]).toEqual([-shift.high, -shift.low].map((value) => expect.closeTo(value, 9)));
        expect(shift.low).toBeLessThanOrEqual(shift.estimate);
        expect(shift.estimate).toBeLessThanOrEqual(shift.high);
      }),
    );
  });

  it('holds the true shift as often as it says', () => {
    const random = (() => {
      let state = 12345;
      return (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
    })();
    // Skewed, as durations are: an exponential distribution above a floor.
    const draw = (shift: number): number[] => Array.from({ length: 12 }, () => shift + 1 - Math.log(1 - random()));
    const trials = 2000;
    let held = 0;
    for (let i = 0; i < trials; i++) {
      const { low, high } = shiftBetween(draw(0), draw(0.3), 0.95)!;
      if (low <= 0.3 && 0.3 <= high) held++;
    }
    // 95 % and what discreteness adds; four standard errors of 2,000 trials are 2 %.
    expect(held / trials).toBeGreaterThan(0.93);
    expect(held / trials).toBeLessThan(0.98);
  });
});
