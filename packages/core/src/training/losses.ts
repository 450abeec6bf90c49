import { ArgumentError, ShapeError } from '../errors.ts';
import { sameShape, showShape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';

/**
 * What training makes small. `terms` are averaged over all elements; with row weights the average over rows is weighted.
 */
export interface Loss {
  readonly name: string;
  /** Predictions and targets, both [rows, outputs] → [rows, outputs], or [rows, 1] for a loss of whole rows. */
  terms(prediction: Tensor, target: Tensor): Tensor;
}

/** Mean squared error: (ŷ − y)². */
export const mse = (): Loss => ({ name: 'mse', terms: (prediction, target) => prediction.sub(target).square() });

/** Mean absolute error: |ŷ − y|, with derivative 0 at 0. */
export const mae = (): Loss => ({ name: 'mae', terms: (prediction, target) => prediction.sub(target).abs() });

/**
 * Huber's loss: d²/2 for |d| ≤ δ, δ·(|d| − δ/2) beyond, with d = ŷ − y. Huber (1964); PyTorch's `HuberLoss`.
 *
 * @param delta where the parabola becomes a line. Default: 1.
 * @throws ArgumentError when δ is not positive.
 */
export const huber = (delta: number = 1): Loss => {
  if (!(delta > 0 && Number.isFinite(delta)))
    throw new ArgumentError(`huber: delta must be positive and finite, but it is ${delta}.`);
  return {
    name: 'huber',
    terms: (prediction, target) => {
      const distance = prediction.sub(target).abs();
      const near = distance.min(delta);
      return near.square().mul(0.5).add(distance.sub(near).mul(delta));
    },
  };
};

/** Softmax cross-entropy: −Σⱼ yⱼ·log softmax(ŷ)ⱼ for logits ŷ and probabilities (or one-hot rows) y. */
export const crossEntropy = (): Loss => ({
  name: 'crossEntropy',
  terms: (logits, target) =>
    target
      .mul(logits.sub(logits.logSumExp(-1, { keepDims: true })))
      .sum(-1, { keepDims: true })
      .neg(),
});

/**
 * The value of a loss, a scalar: the mean of its terms, or Σ wᵣ·termᵣ / Σ wᵣ with row weights w [rows].
 *
 * A row of weight 0 contributes nothing to the value, even where its prediction or target is not finite, and its prediction
 * gets the derivative 0. (An infinite x can still spoil the derivative of a matrix product, 0·∞: pad with copies of a real row.)
 */
export const lossValue = (loss: Loss, prediction: Tensor, target: Tensor, weights?: Tensor): Tensor => {
  if (weights === undefined) return loss.terms(prediction, target).mean();
  const column = weights.unsqueeze(-1);
  const unused = column.eq(0);
  const terms = loss.terms(unused.where(0, prediction), unused.where(0, target));
  return terms.mul(column).sum().div(weights.sum().mul(terms.shape[1]!));
};

/** @throws ShapeError when targets, or row weights, are not one for each prediction: they would broadcast. */
export const checkTargets = (loss: Loss, prediction: Tensor, target: Tensor, weights?: Tensor): void => {
  if (!sameShape(prediction.shape, target.shape))
    throw new ShapeError(
      `The loss "${loss.name}" compares predictions of shape ${showShape(prediction.shape)} with targets of shape ${showShape(target.shape)}: there must be one target for each.`,
    );
  if (weights !== undefined && !sameShape(weights.shape, prediction.shape.slice(0, 1)))
    throw new ShapeError(
      `Row weights of shape ${showShape(weights.shape)} do not fit predictions of shape ${showShape(prediction.shape)}: there must be one weight for each row.`,
    );
};
