import { median } from '../statistics.ts';
import { criticalValue } from './mann-whitney.ts';

/** How far one sample lies from another. */
export interface Shift {
  /** The median of all differences yⱼ − xᵢ. */
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The shift from x to y after Hodges & Lehmann (1963), with the confidence interval of the shifts that the two-sided test of
 * Mann & Whitney does not reject (Hollander & Wolfe 1999, section 4.3): the pairs of differences so far from either end as the
 * critical value says. It assumes no distribution, and single long samples do not move it.
 *
 * @returns undefined when the samples are too small for an interval of this level.
 */
export const shiftBetween = (x: readonly number[], y: readonly number[], level: number): Shift | undefined => {
  if (x.length === 0 || y.length === 0) return undefined;
  const critical = criticalValue(x.length, y.length, level);
  if (critical < 0) return undefined;
  const differences = new Float64Array(x.length * y.length);
  x.forEach((from, i) => y.forEach((to, j) => (differences[i * y.length + j] = to - from)));
  differences.sort();
  return {
    estimate: median([...differences]),
    low: differences[critical]!,
    high: differences[differences.length - 1 - critical]!,
  };
};
