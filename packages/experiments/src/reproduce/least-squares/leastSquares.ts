import { solvePositive } from './positive.ts';
import { moved, type Problem, type Values } from './problem.ts';

/** Dampings that are tried before an iteration gives up: each is ten times the one before. */
const TRIES = 12;
/** Keeps the equations of parameters without influence solvable. */
const RIDGE = 1e-15;
/** Squared errors of double precision: nothing is left to fit. */
const EXACT = 1e-26;

/**
 * Levenberg and Marquardt's method, damped by the diagonal of JᵀJ. It travels along the narrow valleys of sums and quotients in tens
 * of iterations, where gradient descent needs millions of steps. What `constrain` does after a training step is not done here.
 *
 * @returns the values with the least error that was met; the given ones where none is less.
 */
export const leastSquares = (problem: Problem, start: Values, iterations: number): Values => {
  let values = start;
  let error = problem.errorOf(values);
  let damping = 1e-3;
  /** A step that makes the error less, with as little damping as that takes. */
  const improve = (): boolean => {
    if (error < EXACT) return false;
    const { a, g } = problem.normalEquations(values);
    const n = g.length;
    const largest = g.reduce((most, _, i) => Math.max(most, a[i * n + i]!), 0);
    for (let tries = 0; tries < TRIES; tries++, damping *= 10) {
      const damped = Float64Array.from(a);
      for (let i = 0; i < n; i++) damped[i * n + i] = damped[i * n + i]! * (1 + damping) + RIDGE * largest;
      const step = solvePositive(damped, g);
      if (step === undefined) continue;
      const next = moved(values, step);
      const reached = problem.errorOf(next);
      if (reached < error) {
        [values, error, damping] = [next, reached, Math.max(damping / 10, 1e-12)];
        return true;
      }
    }
    return false;
  };
  let left = iterations;
  while (left > 0 && improve()) left--;
  return values;
};
