import type { Tensor } from '@nalu/core';
import type { InputSpec } from '@nalu/core/graph';

/** Two columns in, one out, as the field's smallest tasks. */
const [ROWS, INPUTS, OUTPUTS] = [16, 2, 1];

const EPSILON = 1e-6;

/** Inputs of `naluLoss`: data first, then parameters. */
export const naluShapes: readonly InputSpec[] = [
  { name: 'x', shape: [ROWS, INPUTS] },
  { name: 'target', shape: [ROWS, OUTPUTS] },
  { name: 'wHat', shape: [INPUTS, OUTPUTS] },
  { name: 'mHat', shape: [INPUTS, OUTPUTS] },
  { name: 'gate', shape: [INPUTS, OUTPUTS] },
];

/**
 * Mean squared error of y = g ⊙ xW + (1 − g) ⊙ exp(log(|x| + ε)W) (Trask et al., 2018), written out: a graph with matrix
 * products, transcendental functions, broadcasts and reductions.
 */
export const naluLoss = ([x, target, wHat, mHat, gate]: readonly Tensor[]): Tensor => {
  const w = wHat!.tanh().mul(mHat!.sigmoid());
  const product = x!.abs().add(EPSILON).log().matmul(w).exp();
  const g = x!.matmul(gate!).sigmoid();
  const y = g.mul(x!.matmul(w)).add(g.neg().add(1).mul(product));
  return y.sub(target!).square().mean();
};
