import type { ConstrainedWeights } from '../modules/weights.ts';
import { constant, type Tensor, type TensorLike } from '../tensor/tensor.ts';

/** What a regulariser may look at. */
export interface RegulariserContext {
  /** Trained parameters as stored, by path. */
  readonly parameters: ReadonlyMap<string, Tensor>;
  /** Weights as the layers use them; empty for a module that cannot be read back. */
  readonly weights: readonly ConstrainedWeights[];
  /** Steps done so far: a scalar. */
  readonly step: Tensor;
}

/** A scalar that is added to the loss. */
export type Regulariser = (context: RegulariserContext) => Tensor;

/** The strength of a regulariser: fixed, or an expression of the step. */
export type Strength = number | ((step: Tensor) => TensorLike);

const strengthAt = (strength: Strength, step: Tensor): TensorLike => (typeof strength === 'number' ? strength : strength(step));

const total = (terms: readonly Tensor[]): Tensor => terms.reduce((sum, term) => sum.add(term), constant(0));

/** λ·Σ|p| over all trained parameters. */
export const l1 =
  (strength: Strength): Regulariser =>
  ({ parameters, step }) =>
    total([...parameters.values()].map((parameter) => parameter.abs().sum())).mul(strengthAt(strength, step));

/** λ·Σp² over all trained parameters. */
export const l2 =
  (strength: Strength): Regulariser =>
  ({ parameters, step }) =>
    total([...parameters.values()].map((parameter) => parameter.square().sum())).mul(strengthAt(strength, step));

/**
 * The distance of constrained weights to {−1, 0, 1}: λ·Σ over layers of the mean of min(|W|, |1 − |W||). Madsen and
 * Johansen (2020), equation 7, where λ grows linearly between two steps: see `linearRamp`.
 */
export const sparsity =
  (strength: Strength): Regulariser =>
  ({ weights, step }) =>
    total(
      weights.map((layer) => {
        const size = layer.weights.abs();
        return size.min(size.neg().add(1).abs()).mean();
      }),
    ).mul(strengthAt(strength, step));

/** 0 until `start`, `strength` from `end` on, linear between them. */
export const linearRamp =
  (strength: number, start: number, end: number) =>
  (step: Tensor): Tensor =>
    step
      .sub(start)
      .div(end - start)
      .clamp(0, 1)
      .mul(strength);
