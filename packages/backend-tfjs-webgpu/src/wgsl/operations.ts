import type { FoldOp, ScalarOp } from '@nalu/core/kernels';

type Text = (...args: string[]) => string;

/** Elementwise ops as WGSL expressions. Comparisons give 0 or 1, and any mask other than ±0 counts as true. */
export const operations: { readonly [K in ScalarOp]: Text } = {
  neg: (x) => `(-${x})`,
  abs: (x) => `abs(${x})`,
  sign: (x) => `direction(${x})`,
  exp: (x) => `expOf(${x})`,
  expm1: (x) => `expm1Of(${x})`,
  log: (x) => `logOf(${x})`,
  log1p: (x) => `log1pOf(${x})`,
  sqrt: (x) => `sqrtOf(${x})`,
  reciprocal: (x) => `divOf(1f, ${x})`,
  sin: (x) => `sinOf(${x})`,
  cos: (x) => `cosOf(${x})`,
  tanh: (x) => `tanhOf(${x})`,
  sigmoid: (x) => `sigmoidOf(${x})`,
  softplus: (x) => `softplusOf(${x})`,
  floor: (x) => `floor(${x})`,
  round: (x) => `round(${x})`,
  isFinite: (x) => `select(0f, 1f, isFiniteNumber(${x}))`,
  add: (a, b) => `(${a} + ${b})`,
  sub: (a, b) => `(${a} - ${b})`,
  mul: (a, b) => `(${a} * ${b})`,
  div: (a, b) => `divOf(${a}, ${b})`,
  pow: (a, b) => `powOf(${a}, ${b})`,
  min: (a, b) => `minimum(${a}, ${b})`,
  max: (a, b) => `maximum(${a}, ${b})`,
  lt: (a, b) => `select(0f, 1f, ${a} < ${b})`,
  le: (a, b) => `select(0f, 1f, ${a} <= ${b})`,
  eq: (a, b) => `select(0f, 1f, ${a} == ${b})`,
  where: (mask, a, b) => `select(${b}, ${a}, isNonZero(${mask}))`,
};

/** A fold's next total. */
export const foldings: { readonly [K in FoldOp]: Text } = {
  add: operations.add,
  mul: operations.mul,
  min: operations.min,
  max: operations.max,
};
