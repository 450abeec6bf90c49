import type { Expansion } from './primitives.ts';
import { div, sqrt } from './algebraic.ts';
import { exp, expm1, sigmoid, tanh } from './exponential.ts';
import { log, log1p, softplus } from './logarithm.ts';
import { pow } from './power.ts';
import { isFinite, max, min, round, sign } from './selection.ts';
import { cos, sin } from './trigonometric.ts';

/** Ops that have an expansion. */
export type ExpandedOp =
  | ('exp' | 'expm1' | 'log' | 'log1p' | 'sin' | 'cos' | 'tanh' | 'sigmoid' | 'softplus' | 'pow' | 'sqrt' | 'div')
  | ('round' | 'sign' | 'min' | 'max' | 'isFinite');

/**
 * Ops as primitive operations, for languages whose own functions do not meet the op table's tolerances. Parameters are the op's
 * operands in order.
 */
export const expansions: { readonly [K in ExpandedOp]: Expansion } = {
  exp,
  expm1,
  log,
  log1p,
  sin,
  cos,
  tanh,
  sigmoid,
  softplus,
  pow,
  sqrt,
  div,
  round,
  sign,
  min,
  max,
  isFinite,
};
