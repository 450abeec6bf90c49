import { uniformInit, type Initialiser } from '../random/initialisers.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { defineModule, type Module, type ParamSpec } from './contract.ts';
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

/**
 * The neural accumulator: sums and differences of its inputs.
 *
 *     W = tanh(Ŵ) ⊙ σ(M̂),   y = x·W
 *
 * x [rows, inputs], Ŵ, M̂, W [inputs, outputs], y [rows, outputs]. No bias. Trask et al. (2018), section 3, NAC.
 */
export const nac = (options: NacOptions): Module<NacWeights> => {
  const { inputs, outputs } = checkSizes('nac', options);
  return defineModule({
    name: 'nac',
    paper: 'Trask et al. 2018, arXiv 1808.00508',
    inputs,
    outputs,
    params: nacWeights(inputs, outputs, options.weightInit),
    apply: ({ wHat, mHat }, x) => x.matmul(nacWeight(wHat, mHat)),
    form: ({ wHat, mHat }) => ({ kind: 'sum', weights: nacWeight(wHat, mHat) }),
  });
};
