import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pathOf, within } from '../../../src/charts/path.ts';
import { linear, symmetric } from '../../../src/charts/scales.ts';

test('a linear axis has round ticks inside its domain', () => {
  const { at, ticks } = linear([-20, 20], [0, 400], 8);
  expect(ticks).toEqual([-20, -15, -10, -5, 0, 5, 10, 15, 20]);
  expect([at(-20), at(0), at(20)]).toEqual([0, 200, 400]);
});

test('a domain of one number still has a place for it', () => expect(linear([3, 3], [0, 10]).at(3)).toBe(5));

describe('an axis for both signs and all sizes', () => {
  test('is symmetric, with 0 in the middle, and keeps the order of numbers', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        fc.double({ min: -1e9, max: 1e9, noNaN: true }),
        (unit, value) => {
          const { at } = symmetric(unit, 1e9, true, [0, 100]);
          expect(at(0)).toBeCloseTo(50);
          expect(at(value) + at(-value)).toBeCloseTo(100);
          expect(at(value)).toBeGreaterThanOrEqual(at(value - Math.abs(value)));
          expect(at(value)).toBeGreaterThanOrEqual(0);
          expect(at(value)).toBeLessThanOrEqual(100);
        },
      ),
    );
  });
  test('without signs 0 is at the edge', () => {
    const { at, ticks } = symmetric(1, 1000, false, [0, 90]);
    expect([at(0), at(1000)]).toEqual([0, 90]);
    expect(ticks).toEqual([0, 1, 100]);
  });
});

test('a path is broken where there is no number', () => {
  expect(
    pathOf([
      [0, 1],
      [1, 2.26],
      [2, NaN],
      [3, 4],
    ]),
  ).toBe('M0 1L1 2.3M3 4');
});

test('what lies outside is drawn at the edge', () =>
  expect([within(5, 0, 1), within(-5, 0, 1), within(0.5, 0, 1)]).toEqual([1, 0, 0.5]));
