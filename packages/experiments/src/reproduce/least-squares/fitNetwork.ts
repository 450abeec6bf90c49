import { snapParameters, type Module, type Rows } from '@nalu/core';
import type { Population } from '../population.ts';
import { leastSquares } from './leastSquares.ts';
import { newtonStep } from './newton.ts';
import { newProblem } from './problem.ts';

/** How a network is fitted by least squares after its training. */
export interface Fit {
  /** Of the training range. */
  readonly rows: () => Rows;
  /** Of Levenberg and Marquardt's method from the trained parameters on, and again after every step of Newton's. */
  readonly iterations: number;
  /** Steps of Newton's method at most. Default: 0. */
  readonly newtonSteps?: number;
  /** Paths of parameters that are moved to the nearest of −1, 0, 1 first and stay there. Default: none. */
  readonly held?: readonly string[];
}

/** An error of this share of the mean squared target is far below what single precision tells apart. */
const NOTHING_LEFT = 1e-18;

/** A fit that leaves more of its error than this is over. */
const STANDSTILL = 0.99;

/**
 * Fits a network with one output to rows, in double precision: by Levenberg and Marquardt's method, in turns with steps of Newton's
 * where the fit asks for them.
 */
export const fitNetwork = (module: Module, trained: Population, fit: Fit, rows: Rows): Population => {
  const { iterations, newtonSteps = 0, held = [] } = fit;
  const whole = snapParameters(module, trained, 'whole');
  const start = new Map([...trained].map(([path, tensor]) => [path, held.includes(path) ? whole.get(path)! : tensor]));
  const problem = newProblem(module, start, rows, new Set(held));
  let values = leastSquares(problem, problem.start, iterations);
  let [before, error] = [Infinity, problem.errorOf(values)];
  for (let left = newtonSteps; left > 0 && error < STANDSTILL * before && error > NOTHING_LEFT * problem.size; left--) {
    values = leastSquares(problem, newtonStep(problem, values), iterations);
    [before, error] = [error, problem.errorOf(values)];
  }
  return problem.parametersOf(values);
};
