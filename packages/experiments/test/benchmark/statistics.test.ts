import { describe, expect, it } from 'vitest';
import { median, medianAbsoluteDeviation, summarise } from '../../src/benchmark/statistics.ts';

describe('statistics', () => {
  it('takes the middle of an odd number of values and the mean of the middle two of an even number', () => {
    expect(median([10, 2, 9])).toBe(9);
    expect(median([10, 2, 9, 4])).toBe(6.5);
    expect(median([3])).toBe(3);
    expect(median([])).toBeNaN();
  });

  it('sorts by size, not as text, and leaves its input alone', () => {
    const values = [100, 20, 3];
    expect(median(values)).toBe(20);
    expect(values).toEqual([100, 20, 3]);
  });

  it('measures spread by the median absolute deviation', () => {
    // The textbook example: median 2, deviations 1 1 0 0 2 4 7, their median 1.
    expect(medianAbsoluteDeviation([1, 1, 2, 2, 4, 6, 9])).toBe(1);
    expect(medianAbsoluteDeviation([5, 5, 5, 1000])).toBe(0);
  });

  it('summarises', () => {
    expect(summarise([4, 1, 3, 2, 100])).toEqual({ median: 3, min: 1, max: 100, spread: 1 });
  });
});
