import { describe, expect, it } from 'vitest';
import { measure } from '../../src/formula/errors.ts';

describe('measure', () => {
  it('is worked out by hand for one column', () => {
    // Errors 0, 0, 3; targets 1, 2, 3 with mean 2 and deviation √(2/3).
    const { mse, relative, maxRelative } = measure([1, 2, 6], [1, 2, 3], 1);
    expect(mse).toBe(3);
    expect(relative).toBeCloseTo(Math.sqrt(3) / Math.sqrt(2 / 3), 12);
    expect(maxRelative).toBe(1);
  });

  it('lets the worst of several columns count', () => {
    // The first column is right, the second always off by 1.
    const { mse, relative, maxRelative } = measure([5, 1, 7, 3], [5, 0, 7, 2], 2);
    expect(mse).toBe(0.5);
    expect(relative).toBe(1);
    expect(maxRelative).toBe(0.5);
  });

  it('compares constant targets with their size, and finds no error where there is none', () => {
    expect(measure([3, 5], [4, 4], 1).relative).toBe(0.25);
    expect(measure([0, 0], [0, 0], 1)).toEqual({ mse: 0, relative: 0, maxRelative: 0 });
  });

  it('is infinite where a prediction is not finite', () => {
    expect(measure([1, NaN], [1, 2], 1)).toEqual({ mse: Infinity, relative: Infinity, maxRelative: Infinity });
  });
});
