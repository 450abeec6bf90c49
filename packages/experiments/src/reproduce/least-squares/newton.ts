import { solvePositive } from './positive.ts';
import { moved, type Problem, type Values } from './problem.ts';

type Vector = Float64Array<ArrayBufferLike>;

/** Iterations of the inverse power method. */
const POWERS = 30;
/** Lengths of a step that are tried, in units of the direction. */
const LENGTHS: readonly number[] = Array.from({ length: 16 }, (_, i) => 2 ** (5 - i));

const normalised = (vector: Vector): Vector => {
  const length = Math.sqrt(vector.reduce((sum, each) => sum + each ** 2, 0));
  return vector.map((each) => each / length);
};

const largestOf = (vector: Vector): number => vector.reduce((most, each) => Math.max(most, Math.abs(each)), 0);

/** H + shift. */
const shifted = (hessian: Vector, n: number, shift: number): Vector => {
  const result = Float64Array.from(hessian);
  for (let i = 0; i < n; i++) result[i * n + i] = result[i * n + i]! + shift;
  return result;
};

/**
 * The least power of two, in units of the precision of H, that makes H + σ positive.
 *
 * @returns undefined where H is 0 or no number.
 */
const positiveShift = (hessian: Vector, n: number): { readonly matrix: Vector; readonly isPositive: boolean } | undefined => {
  const zero = new Float64Array(n);
  const largest = largestOf(hessian);
  if (largest === 0) return undefined;
  const precision = largest * n * Number.EPSILON;
  for (let shift = precision; shift <= 4 * n * largest; shift *= 2) {
    const matrix = shifted(hessian, n, shift);
    if (solvePositive(matrix, zero) !== undefined) return { matrix, isPositive: shift === precision };
  }
  return undefined;
};

/**
 * Directions in which an error may become less, from its gradient and its second derivatives H [n, n]: Newton's, with H shifted until
 * it is positive, and where H is not, one close to that of the most negative curvature, by the inverse power method.
 */
export const descentDirections = (gradient: Vector, hessian: Vector): readonly Vector[] => {
  const n = gradient.length;
  const positive = positiveShift(hessian, n);
  if (positive === undefined) return [];
  const { matrix, isPositive } = positive;
  const newton = solvePositive(
    matrix,
    gradient.map((each) => -each),
  )!;
  if (isPositive) return [newton];
  // Every entry differs, so that no direction is missed.
  let negative = normalised(Float64Array.from({ length: n }, (_, i) => Math.cos(1 + i)));
  for (let i = 0; i < POWERS; i++) negative = normalised(solvePositive(matrix, negative)!);
  return [newton, negative, negative.map((each) => -each)];
};

/**
 * A step of Newton's method, or along the most negative curvature: of the direction and the length with the least error. It leaves
 * saddle points, where least squares stand still, and follows bent valleys, where they crawl.
 *
 * A product of two sums in a narrow range has such a saddle point: the square of half of both sums fits it best among all networks
 * whose units are equal, and the first derivative by what makes them differ is 0 there.
 *
 * @returns the given values where nothing is less.
 */
export const newtonStep = (problem: Problem, values: Values): Values => {
  const candidates = descentDirections(problem.gradient(values), problem.hessian(values)).flatMap((direction) =>
    LENGTHS.map((length) => moved(values, direction, length)),
  );
  return candidates
    .map((each) => ({ each, error: problem.errorOf(each) }))
    .reduce((least, next) => (next.error < least.error ? next : least), { each: values, error: problem.errorOf(values) }).each;
};
