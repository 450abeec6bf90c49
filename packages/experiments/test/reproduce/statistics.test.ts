import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fisherExact } from '../../src/statistics/fisher.ts';
import { holm } from '../../src/statistics/holm.ts';
import { wilson } from '../../src/statistics/wilson.ts';

describe('Wilson interval', () => {
  // Newcombe (1998), "Two-sided confidence intervals for the single proportion", table I, method 3.
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('%i of %i as published', (successes, runs, low, high) => {
    const [lower, upper] = wilson(successes, runs);
    expect(lower).toBeCloseTo(low, 4);
    expect(upper).toBeCloseTo(high, 4);
  });

  // Madsen and Johansen's tables: 100 runs, in percent, upwards and downwards.
  test.each([
    [98, 1, 5],
    [93, 4, 7],
    [62, 9, 10],
    [31, 10, 8],
    [14, 8, 5],
    [7, 7, 4],
    [0, 4, 0],
    [100, 0, 4],
  ])('%i of 100 as in the NAU and NMU paper', (successes, up, down) => {
    const [low, high] = wilson(successes, 100);
    expect([Math.round(100 * high - successes), Math.round(successes - 100 * low)]).toEqual([up, down]);
  });

  test('holds the share, and narrows with more runs', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0, max: 1, noNaN: true }), (runs, share) => {
        const successes = Math.round(share * runs);
        const [low, high] = wilson(successes, runs);
        const [lowTen, highTen] = wilson(10 * successes, 10 * runs);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(successes / runs);
        expect(high).toBeGreaterThanOrEqual(successes / runs);
        expect(highTen - lowTen).toBeLessThan(high - low);
      }),
    );
  });
});

describe("Fisher's exact test", () => {
  test.each([
    // Fisher's lady tasting tea: 3 of 4, and all.
    [3, 4, 1, 4, 34 / 70],
    [4, 4, 0, 4, 2 / 70],
    [5, 5, 5, 5, 1],
    // R: fisher.test(matrix(c(1, 9, 11, 3), 2)), Wikipedia's example: 0.002759.
    [1, 10, 11, 14, 0.002759456],
  ])('%i/%i against %i/%i', (a, n, b, m, probability) => {
    expect(fisherExact({ successes: a, runs: n }, { successes: b, runs: m })).toBeCloseTo(probability, 8);
  });

  test('is symmetric, in the groups and in success and failure', () => {
    const group = fc
      .integer({ min: 1, max: 60 })
      .chain((runs) => fc.record({ runs: fc.constant(runs), successes: fc.nat(runs) }));
    const opposite = ({ runs, successes }: { runs: number; successes: number }) => ({ runs, successes: runs - successes });
    fc.assert(
      fc.property(group, group, (a, b) => {
        const p = fisherExact(a, b);
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
        expect(fisherExact(b, a)).toBeCloseTo(p, 9);
        expect(fisherExact(opposite(a), opposite(b))).toBeCloseTo(p, 9);
      }),
    );
  });
});

test("Holm's correction", () => {
  // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm").
  expect(holm([0.01, 0.04, 0.03, 0.005]).map((p) => Number(p.toFixed(10)))).toEqual([0.03, 0.06, 0.06, 0.02]);
  expect(holm([0.9, 0.8])).toEqual([1, 1]);
  expect(holm([])).toEqual([]);
});
