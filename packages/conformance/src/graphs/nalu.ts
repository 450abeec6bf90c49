import type { Tensor } from '@nalu/core';
import type { InputSpec } from '@nalu/core/graph';

/** Two columns in, one out, as the field's smallest tasks. */
const [ROWS, INPUTS, OUTPUTS] = [16, 2, 1];

const EPSILON = 1e-6;

export const nacWeight = (wHat: Tensor, mHat: Tensor): Tensor => wHat.tanh().mul(mHat.sigmoid());

export const weightedProduct = (x: Tensor, w: Tensor): Tensor => x.abs().add(EPSILON).log().matmul(w).exp();

/** y = g ⊙ xW + (1 − g) ⊙ exp(W log(|x| + ε)), with shared weights (Trask et al., 2018). */
export const naluOf = (x: Tensor, wHat: Tensor, mHat: Tensor, gate: Tensor): Tensor => {
  const w = nacWeight(wHat, mHat);
  const g = x.matmul(gate).sigmoid();
  return g.mul(x.matmul(w)).add(g.neg().add(1).mul(weightedProduct(x, w)));
};

export const squaredError = (y: Tensor, target: Tensor): Tensor => y.sub(target).square().mean();

/** Inputs of `naluLoss`: data first, then parameters. */
export const naluShapes: readonly InputSpec[] = [
  { name: 'x', shape: [ROWS, INPUTS] },
  { name: 'target', shape: [ROWS, OUTPUTS] },
  { name: 'wHat', shape: [INPUTS, OUTPUTS] },
  { name: 'mHat', shape: [INPUTS, OUTPUTS] },
  { name: 'gate', shape: [INPUTS, OUTPUTS] },
];

/** Mean squared error of a NALU: a graph with matrix products, transcendental functions, broadcasts and reductions. */
export const naluLoss = ([x, target, wHat, mHat, gate]: readonly Tensor[]): Tensor =>
  squaredError(naluOf(x!, wHat!, mHat!, gate!), target!);
