import { applyModule, gradients, listParams, unflatten, type Module, type NamedTensor, type Rows } from '@nalu/core';
import { interpret, trace, vectorize } from '@nalu/core/graph';
import type { Population } from './judge.ts';

type Vector = Float64Array<ArrayBufferLike>;

/** Solves A·d = g for a symmetric positive A [n, n], of which the lower half is read, by Cholesky; undefined when it is not positive. */
export const solvePositive = (a: Vector, g: Vector): Vector | undefined => {
  const n = g.length;
  const lower = new Float64Array(n * n);
  const d = Float64Array.from(g);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * n + k]! * lower[j * n + k]!;
      if (i === j && !(sum > 0)) return undefined;
      lower[i * n + j] = i === j ? Math.sqrt(sum) : sum / lower[j * n + j]!;
    }
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) d[i] = d[i]! - lower[i * n + k]! * d[k]!;
    d[i] = d[i]! / lower[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) d[i] = d[i]! - lower[k * n + i]! * d[k]!;
    d[i] = d[i]! / lower[i * n + i]!;
  }
  return d;
};

/** JᵀJ (its lower half) and −Jᵀr, from the residuals r and the derivatives of the answers by each parameter, row by row. */
const normalEquations = (residuals: Vector, jacobian: readonly Vector[]): { readonly a: Vector; readonly g: Vector } => {
  const rows = residuals.length;
  const widths = jacobian.map(({ length }) => length / rows);
  const n = widths.reduce((sum, width) => sum + width, 0);
  const a = new Float64Array(n * n);
  const g = new Float64Array(n);
  const line = new Float64Array(n);
  for (let row = 0; row < rows; row++) {
    let at = 0;
    jacobian.forEach((part, i) => {
      line.set(part.subarray(row * widths[i]!, (row + 1) * widths[i]!), at);
      at += widths[i]!;
    });
    for (let i = 0; i < n; i++) {
      const each = line[i]!;
      g[i] = g[i]! - each * residuals[row]!;
      for (let j = 0; j <= i; j++) a[i * n + j] = a[i * n + j]! + each * line[j]!;
    }
  }
  return { a, g };
};

/** Dampings that are tried before an iteration gives up: each is ten times the one before. */
const TRIES = 12;
/** Keeps the equations of parameters without influence solvable. */
const RIDGE = 1e-15;
/** Squared errors of double precision: nothing is left to fit. */
const EXACT = 1e-26;

/**
 * Fits a module with one output to rows by least squares: Levenberg and Marquardt's method, damped by the diagonal of JᵀJ, in double
 * precision. It travels along the narrow valleys of sums and quotients in tens of iterations, where gradient descent needs
 * millions of steps. What `constrain` does after a training step is not done here.
 *
 * @param parameters of one network, by path: where it starts.
 * @returns the parameters with the least error that was met; the given ones where none is less.
 */
export const leastSquares = (module: Module, parameters: Population, { x, y }: Rows, iterations: number): Population => {
  const params = listParams(module.params);
  const [rows, width] = [x.shape[0]!, x.shape[1]!];
  const inputs = params.map(({ path, spec }) => ({ name: path, shape: spec.shape }));
  const ofRow = trace(
    [...inputs, { name: 'x', shape: [1, width] }],
    (...tensors) => {
      const own = tensors.slice(0, -1);
      const answer = applyModule(module, unflatten(module.params, own), tensors.at(-1)!).sum();
      return [answer, ...gradients(answer, own)];
    },
    'answers and their derivatives',
  );
  const mapped = [...params.map(() => false), true];
  const ofRows = vectorize(ofRow, rows, mapped);
  const answers = trace(
    [...inputs, { name: 'x', shape: [rows, width] }],
    (...tensors) => [applyModule(module, unflatten(module.params, tensors.slice(0, -1)), tensors.at(-1)!)],
    'answers',
  );
  const given = Float64Array.from(x.data);
  const residualsOf = (said: ArrayLike<number>): Vector => Float64Array.from(y.data, (target, row) => said[row]! - target);
  const errorOf = (values: readonly Vector[]): number =>
    residualsOf(interpret(answers, [...values, given])[0]!).reduce((sum, each) => sum + each ** 2, 0) / rows;

  let values: readonly Vector[] = params.map(({ path }) => Float64Array.from(parameters.get(path)!.data));
  let error = errorOf(values);
  let damping = 1e-3;
  /** A step that makes the error less, with as little damping as that takes. */
  const improve = (): boolean => {
    if (error < EXACT) return false;
    const [said, ...jacobian] = interpret(ofRows, [...values, given]).map((each) => Float64Array.from(each));
    const { a, g } = normalEquations(residualsOf(said!), jacobian);
    const n = g.length;
    const largest = g.reduce((most, _, i) => Math.max(most, a[i * n + i]!), 0);
    for (let tries = 0; tries < TRIES; tries++, damping *= 10) {
      const damped = Float64Array.from(a);
      for (let i = 0; i < n; i++) damped[i * n + i] = damped[i * n + i]! * (1 + damping) + RIDGE * largest;
      const step = solvePositive(damped, g);
      if (step === undefined) continue;
      let at = 0;
      const moved = values.map((each) => each.map((value) => value + step[at++]!));
      const reached = errorOf(moved);
      if (reached < error) {
        [values, error, damping] = [moved, reached, Math.max(damping / 10, 1e-12)];
        return true;
      }
    }
    return false;
  };
  let left = iterations;
  while (left > 0 && improve()) left--;
  return new Map(params.map(({ path, spec }, i): [string, NamedTensor] => [path, { shape: spec.shape, data: values[i]! }]));
};
