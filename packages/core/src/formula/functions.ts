import { roundTiesToEven, sigmoid, softplus } from '../ops/scalar.ts';
import type { FunctionName } from './expression.ts';

type Numeric = (...args: readonly number[]) => number;

/** The functions of a formula in f64. */
export const functions: { readonly [K in FunctionName]: Numeric } = {
  abs: (x) => Math.abs(x!),
  sign: (x) => Math.sign(x!),
  exp: (x) => Math.exp(x!),
  log: (x) => Math.log(x!),
  sin: (x) => Math.sin(x!),
  cos: (x) => Math.cos(x!),
  tanh: (x) => Math.tanh(x!),
  sigmoid: (x) => sigmoid(x!),
  softplus: (x) => softplus(x!),
  floor: (x) => Math.floor(x!),
  round: (x) => roundTiesToEven(x!),
  min: (...args) => Math.min(...args),
  max: (...args) => Math.max(...args),
  lt: (a, b) => Number(a! < b!),
  le: (a, b) => Number(a! <= b!),
  eq: (a, b) => Number(a === b),
  where: (mask, a, b) => (mask === 0 ? b! : a!),
};
