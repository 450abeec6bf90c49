import type { Initialiser } from '../random/initialisers.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { defineModule, type Module } from './contract.ts';
import { nacSnap, nacWeight, nacWeights, type NacWeights } from './nac.ts';
import { checkEpsilon, checkSizes, type LayerSizes } from './sizes.ts';

export interface NacMulOptions extends LayerSizes {
  /** Added to |x| before the logarithm. Default: 1e-6, as in the article's code. */
  readonly epsilon?: number;
  /** Initial Ŵ and M̂. Default: uniform on [−2, 2). */
  readonly weightInit?: Initialiser;
}

/** Πᵢ (|xᵢ| + ε)^Wᵢⱼ = exp(log(|x| + ε)·W): x [rows, inputs], W [inputs, outputs] → [rows, outputs]. */
export const weightedProduct = (x: Tensor, weights: Tensor, epsilon: number): Tensor =>
  x.abs().add(epsilon).log().matmul(weights).exp();

/**
 * NAC•, the multiplicative accumulator (the article's "complex NAC"): products, quotients and powers up to ±1 of its inputs'
 * magnitudes. The signs of the inputs are lost.
 *
 *     W = tanh(Ŵ) ⊙ σ(M̂),   y = exp(log(|x| + ε)·W)
 *
 * x [rows, inputs], Ŵ, M̂, W [inputs, outputs], y [rows, outputs]. Trask et al. (2018), section 3, the NALU's log-space path.
 */
export const nacMul = (options: NacMulOptions): Module<NacWeights> => {
  const { inputs, outputs } = checkSizes('nacMul', options, { epsilon: true, weightInit: true });
  const epsilon = checkEpsilon('nacMul', options.epsilon ?? 1e-6);
  return defineModule({
    name: 'nacMul',
    paper: 'Trask et al. 2018, arXiv 1808.00508',
    inputs,
    outputs,
    params: nacWeights(inputs, outputs, options.weightInit),
    settings: { epsilon },
    apply: ({ wHat, mHat }, x) => weightedProduct(x, nacWeight(wHat, mHat), epsilon),
    snap: nacSnap,
    initialCarry: 1,
    form: ({ wHat, mHat }) => ({ kind: 'product', weights: nacWeight(wHat, mHat), epsilon }),
  });
};
