import type { ConstrainedWeights } from '../modules/weights.ts';
import { checkOptionNames } from '../options.ts';
import { constant, type Tensor, type TensorLike } from '../tensor/tensor.ts';

/** What a regulariser may look at. */
export interface RegulariserContext {
  /** Trained parameters as stored, by path. */
  readonly parameters: ReadonlyMap<string, Tensor>;
  /** Weights as the layers use them. */
  readonly weights: readonly ConstrainedWeights[];
  /** Steps done so far: a scalar. */
  readonly step: Tensor;
  /** The loss of this step's batch, before anything is added: a scalar. */
  readonly loss: Tensor;
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
 * The distance of constrained weights to {−1, 0, 1}: λ·Σ over layers of the mean of min(|W|, |1 − |W||). Ordinary layers are
 * left alone. Madsen and Johansen (2020), equation 7, where λ grows linearly between two steps: see `linearRamp`.
 */
export const sparsity =
  (strength: Strength): Regulariser =>
  ({ weights, step }) =>
    total(
      weights.flatMap((layer) => {
        if (layer.free) return [];
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

/**
 * `from`, multiplied by `factor` after every `every` steps, at most `to` (at least, for a factor below 1). Heim, Pevný and Šmídl
 * (2020) let the strength of `l1` grow so, from 1e-9 to 1e-7 by tens every 10,000 steps for example.
 */
export const growth =
  (from: number, to: number, { factor = 10, every = 10_000 }: { readonly factor?: number; readonly every?: number } = {}) =>
  (step: Tensor): Tensor => {
    const grown = step.div(every).floor().mul(Math.log(factor)).exp().mul(from);
    return factor < 1 ? grown.max(to) : grown.min(to);
  };

/** Parameters whose path ends in a name. */
const named = ({ parameters }: RegulariserContext, name: string): readonly Tensor[] =>
  [...parameters].flatMap(([path, parameter]) => (path.split('/').at(-1) === name ? [parameter] : []));

/** Σ over tensors of the mean of min(|w|, |1 − w|). */
const distanceToBits = (tensors: readonly Tensor[]): Tensor =>
  total(tensors.map((tensor) => tensor.abs().min(tensor.neg().add(1).abs()).mean()));

/**
 * What pulls a modified Real NPU to whole values: λ·Σ over layers of mean |1 − |W|| + mean min(|g|, |1 − g|), with the stored
 * weights W and relevance gates g. Mistry, Farrahi and Hare (2022), with λ = 1 and a `linearRamp`. Since a weight of 0 is
 * penalised, only the gate can leave an input out.
 */
export const realNpuSparsity =
  (strength: Strength): Regulariser =>
  (context) =>
    total(named(context, 'real').map((weights) => weights.abs().neg().add(1).abs().mean()))
      .add(distanceToBits(named(context, 'relevance')))
      .mul(strengthAt(strength, context.step));

export interface InaluSparsityOptions {
  /** λ. Default: 0.05. */
  readonly strength?: number;
  /** Parameters are pushed away from 0 until they are this large. Default: 20. */
  readonly reach?: number;
  /** Nothing is added up to this step. Default: 10,000. */
  readonly after?: number;
  /** Nothing is added while the batch's loss is not below this. Default: 1. */
  readonly below?: number;
}

/**
 * iNALU's regulariser: λ·Σ over the trained parameters of the mean of max(min(t, −t) + 20, 0), after 10,000 steps and while the
 * batch's loss is below 1. It pushes Ŵ, M̂ and g away from 0, which saturates tanh and σ. Schlör, Ring and Hotho (2020).
 */
export const inaluSparsity = (options: InaluSparsityOptions = {}): Regulariser => {
  checkOptionNames('inaluSparsity', options, { strength: true, reach: true, after: true, below: true });
  const { strength = 0.05, reach = 20, after = 10_000, below = 1 } = options;
  return ({ parameters, step, loss }) => {
    const push = total([...parameters.values()].map((parameter) => parameter.abs().neg().add(reach).relu().mean()));
    return step.gt(after).mul(loss.lt(below)).where(push.mul(strength), 0);
  };
};

/** The regulariser of `mcfc`: −λ·Σ over R, w and b of the mean of their squares. Hoedt et al. (2021). */
export const mcfcSaturation =
  (strength: Strength): Regulariser =>
  (context) =>
    total(
      ['redistribution', 'gateWeight', 'gateBias'].flatMap((name) =>
        named(context, name).map((parameter) => parameter.square().mean()),
      ),
    )
      .neg()
      .mul(strengthAt(strength, context.step));
