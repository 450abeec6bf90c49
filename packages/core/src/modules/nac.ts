import { uniformInit, type Initialiser } from '../random/initialisers.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { defineModule, type Module, type ParamSpec, type Values } from './contract.ts';
import { checkSizes, type LayerSizes } from './sizes.ts';

export interface NacOptions extends LayerSizes {
  /** Initial Ŵ and M̂. Default: uniform on [−2, 2), as in the article's code. */
  readonly weightInit?: Initialiser;
}

/** The stored form of constrained weights: two matrices [inputs, outputs]. */
export type NacWeights = { readonly wHat: ParamSpec; readonly mHat: ParamSpec };

export const nacWeights = (inputs: number, outputs: number, init: Initialiser = uniformInit(-2, 2)): NacWeights => ({
  wHat: { shape: [inputs, outputs], init, group: 'weights' },
  mHat: { shape: [inputs, outputs], init, group: 'weights' },
});

/** W = tanh(Ŵ) ⊙ σ(M̂): every weight in (−1, 1), with flat regions around −1, 0 and 1. */
export const nacWeight = (wHat: Tensor, mHat: Tensor): Tensor => wHat.tanh().mul(mHat.sigmoid());

/** σ and tanh of this are exactly 1 in double precision. */
export const SATURATED = 40;

/** The argument at which σ has this value. */
export const logit = (value: Tensor): Tensor => {
  const inside = value.gt(0).mul(value.lt(1));
  const odds = inside.where(value, 0.5);
  return inside.where(odds.div(odds.neg().add(1)).log(), value.sub(0.5).sign().mul(SATURATED));
};

/** Ŵ and M̂ of the weights nearest to those of the given ones. */
export const nacSnap = ({ wHat, mHat }: Values<NacWeights>, nearest: (weights: Tensor) => Tensor): Values<NacWeights> => {
  const weights = nearest(nacWeight(wHat, mHat));
  return { wHat: weights.sign().mul(SATURATED), mHat: logit(weights.abs()) };
};

/** Var[tanh(Ŵ)·σ(M̂)] for Ŵ, M̂ ~ U[−r, r): Madsen and Johansen (2020), appendix. */
const weightVariance = (r: number): number => (r === 0 ? 0 : (1 - Math.tanh(r) / r) * (r - Math.tanh(r / 2)) * (1 / (2 * r)));

/**
 * Initial Ŵ and M̂ of Madsen and Johansen's NAC: uniform on ±r, with r such that the weights have the variance
 * 2/(inputs + outputs), the sum counted as 5 at least. (Their scripts solve for r by bisection on [0, 10], as here.)
 */
export const nacInit: Initialiser = {
  name: 'nac',
  values: (shape, key) => {
    const wanted = 2 / Math.max(shape[0]! + shape[1]!, 5);
    let [low, high] = [0, 10];
    while (high - low > 1e-12) {
      const middle = (low + high) / 2;
      if (weightVariance(middle) < wanted) low = middle;
      else high = middle;
    }
    return uniformInit(-high, high).values(shape, key);
  },
};

/**
 * The neural accumulator: sums and differences of its inputs.
 *
 *     W = tanh(Ŵ) ⊙ σ(M̂),   y = x·W
 *
 * x [rows, inputs], Ŵ, M̂, W [inputs, outputs], y [rows, outputs]. No bias. Trask et al. (2018), section 3, NAC.
 */
export const nac = (options: NacOptions): Module<NacWeights> => {
  const { inputs, outputs } = checkSizes('nac', options, { weightInit: true });
  return defineModule({
    name: 'nac',
    paper: 'Trask et al. 2018, arXiv 1808.00508',
    inputs,
    outputs,
    params: nacWeights(inputs, outputs, options.weightInit),
    apply: ({ wHat, mHat }, x) => x.matmul(nacWeight(wHat, mHat)),
    snap: nacSnap,
    form: ({ wHat, mHat }) => ({ kind: 'sum', weights: nacWeight(wHat, mHat) }),
  });
};
