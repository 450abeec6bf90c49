import type { Initialiser } from '../random/initialisers.ts';
import { concat } from '../tensor/tensor.ts';
import { defineModule, type Module } from './contract.ts';
import { nmuInit, selectedProduct } from './nmu.ts';
import { SINGLE_EPSILON } from './npu.ts';
import { oneWeight, type OneWeight } from './oneWeight.ts';
import { checkSizes, type LayerSizes } from './sizes.ts';

export interface NmruOptions extends LayerSizes {
  /** Initial W. Default: uniform on [¼, ¾), as in an NMU. */
  readonly weightInit?: Initialiser;
}

/**
 * The neural multiplicative reciprocal unit: an NMU that may also choose the reciprocals of its inputs.
 *
 *     W ← clamp(W, 0, 1) after every step    z = [x, 1/(x + ε)] in training, [x, 1/x] in use; ε = 2⁻²³
 *     yⱼ = Πᵢ (Wᵢⱼ·|zᵢ| + 1 − Wᵢⱼ) · cos(Σᵢ Wᵢⱼ·kᵢ)    k = π where z < 0, else 0
 *
 * x [rows, inputs], W [2·inputs, outputs] (`weight`: first the inputs, then their reciprocals), y [rows, outputs]. Mistry,
 * Farrahi and Hare (2022). The published training clips the norm of the gradient at 1 (`clipByGlobalNorm`).
 *
 * Traps: an input and its own reciprocal, both chosen, cancel, which gives right answers with wrong weights; reciprocals of
 * small inputs make gradients explode. In use a weight of exactly 0 leaves 1/0 out, where the plain formula gives NaN.
 */
export const nmru = (options: NmruOptions): Module<OneWeight> => {
  const { inputs, outputs } = checkSizes('nmru', options, { weightInit: true });
  return defineModule({
    name: 'nmru',
    paper: 'Mistry, Farrahi and Hare 2022, arXiv 2110.05177',
    inputs,
    outputs,
    params: oneWeight(2 * inputs, outputs, options.weightInit ?? nmuInit),
    apply: ({ weight }, x, { training }) => {
      const w = weight.clamp(0, 1);
      const z = concat([x, (training ? x.add(SINGLE_EPSILON) : x).reciprocal()], 1);
      const size = z.abs();
      const magnitude = training
        ? selectedProduct(size, w)
        : w
            .eq(0)
            .where(1, size.unsqueeze(-1).mul(w).add(w.neg().add(1)))
            .prod(1);
      return magnitude.mul(z.lt(0).mul(Math.PI).matmul(w).cos());
    },
    constrain: ({ weight }) => ({ weight: weight.clamp(0, 1) }),
    snap: ({ weight }, nearest) => ({ weight: nearest(weight.clamp(0, 1)) }),
    initialCarry: 1,
    form: ({ weight }) => ({ kind: 'selectedProduct', weights: weight.clamp(0, 1), reciprocals: true }),
  });
};
