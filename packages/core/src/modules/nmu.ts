import { uniformInit, type Initialiser } from '../random/initialisers.ts';
import { constant, type Tensor } from '../tensor/tensor.ts';
import { defineModule, type Module } from './contract.ts';
import { meanInput, rememberInput } from './inputMean.ts';
import { oneWeight, type OneWeight } from './oneWeight.ts';
import { checkSizes, type LayerSizes, type OtherNames } from './sizes.ts';

export interface NmuOptions extends LayerSizes {
  /** Initial W. Default: uniform on [¼, ¾), as in the paper's code. */
  readonly weightInit?: Initialiser;
  /**
   * Strength of R_z = mean((1 − W)·(1 − z̄)²), with z̄ the mean input over rows and time: it makes a layer below send 1 where
   * this one does not listen. Madsen and Johansen (2020) use 1 in their tasks on images. Default: 0.
   */
  readonly irrelevance?: number;
}

export const nmuOptions: OtherNames<NmuOptions> = { weightInit: true, irrelevance: true };

/** The paper's initial values for weights in [0, 1]. */
export const nmuInit: Initialiser = uniformInit(0.25, 0.75);

/**
 * Πᵢ (Wᵢⱼ·xᵢ + 1 − Wᵢⱼ): x [rows, inputs], W [inputs, outputs] → [rows, outputs].
 *
 * Not Πᵢ (Wᵢⱼ·(xᵢ − 1) + 1), which saves an operation and loses the digits of a small xᵢ.
 */
export const selectedProduct = (x: Tensor, weights: Tensor): Tensor =>
  x.unsqueeze(-1).mul(weights).add(weights.neg().add(1)).prod(1);

/**
 * The neural multiplication unit: products of some of its inputs, with their signs.
 *
 *     W ← clamp(W, 0, 1) after every step,   yⱼ = Πᵢ (Wᵢⱼ·xᵢ + 1 − Wᵢⱼ)
 *
 * x [rows, inputs], W [inputs, outputs] (`weight`), y [rows, outputs]. Madsen and Johansen (2020), section 2.5.
 *
 * Traps: it has neither quotients nor powers of its own (x² needs x twice, from a layer before it); on negative inputs near −1
 * it settles on wrong weights for about a quarter of all seeds, for which `snmu` is a remedy; and a product of many inputs
 * reaches 0 or infinity in single precision while the weights are still near ½.
 */
export const nmu = (options: NmuOptions): Module<OneWeight> => {
  const { inputs, outputs } = checkSizes('nmu', options, nmuOptions);
  const { irrelevance = 0 } = options;
  return defineModule({
    name: 'nmu',
    paper: 'Madsen and Johansen 2020, arXiv 2001.05016',
    inputs,
    outputs,
    params: oneWeight(inputs, outputs, options.weightInit ?? nmuInit),
    apply: ({ weight }, x, context) => {
      rememberInput(context, weight, x);
      return selectedProduct(x, weight.clamp(0, 1));
    },
    ...(irrelevance > 0 && {
      penalty: ({ weight }, context) => {
        const distance = (meanInput(context, weight) ?? constant(1)).neg().add(1);
        return weight.neg().add(1).mul(distance.square()).mean().mul(irrelevance);
      },
    }),
    constrain: ({ weight }) => ({ weight: weight.clamp(0, 1) }),
    snap: ({ weight }, nearest) => ({ weight: nearest(weight.clamp(0, 1)) }),
    initialCarry: 1,
    form: ({ weight }) => ({ kind: 'selectedProduct', weights: weight.clamp(0, 1) }),
  });
};
