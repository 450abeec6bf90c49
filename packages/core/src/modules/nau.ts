import { glorotUniform, type Initialiser } from '../random/initialisers.ts';
import { constant } from '../tensor/tensor.ts';
import { defineModule, type Module } from './contract.ts';
import { meanInput, rememberInput } from './inputMean.ts';
import { oneWeight, type OneWeight } from './oneWeight.ts';
import { checkSizes, type LayerSizes } from './sizes.ts';

export interface NauOptions extends LayerSizes {
  /** Initial W. Default: uniform on ±min(½, √(6/(inputs + outputs))), as in the paper. */
  readonly weightInit?: Initialiser;
  /**
   * Strength of R_z = mean((1 − |W|)·z̄²), with z̄ the mean input over rows and time: it makes a layer below send 0 where this
   * one does not listen. Madsen and Johansen (2020) use 1 in their tasks on images. Default: 0.
   */
  readonly irrelevance?: number;
}

/** The paper's initial values for weights in [−1, 1]. */
export const nauInit: Initialiser = glorotUniform(1, 0.5);

/**
 * The neural addition unit: sums and differences of its inputs, with weights that training can drive to exactly −1, 0 and 1.
 *
 *     W ← clamp(W, −1, 1) after every step,   y = x·W
 *
 * x [rows, inputs], W [inputs, outputs] (`weight`), y [rows, outputs]. No bias. Madsen and Johansen (2020), section 2.2.
 *
 * Traps: without its regulariser (`sparsity`, with a `linearRamp`) nothing pulls W to whole values; and a ramp that starts
 * before the layer has found the right sums pulls W to wrong ones.
 */
export const nau = (options: NauOptions): Module<OneWeight> => {
  const { inputs, outputs } = checkSizes('nau', options, { weightInit: true, irrelevance: true });
  const { irrelevance = 0 } = options;
  return defineModule({
    name: 'nau',
    paper: 'Madsen and Johansen 2020, arXiv 2001.05016',
    inputs,
    outputs,
    params: oneWeight(inputs, outputs, options.weightInit ?? nauInit),
    // Clamped here too: initial values of one's own may lie outside.
    apply: ({ weight }, x, context) => {
      rememberInput(context, weight, x);
      return x.matmul(weight.clamp(-1, 1));
    },
    ...(irrelevance > 0 && {
      penalty: ({ weight }, context) => {
        const mean = meanInput(context, weight) ?? constant(0);
        return weight.abs().neg().add(1).mul(mean.square()).mean().mul(irrelevance);
      },
    }),
    constrain: ({ weight }) => ({ weight: weight.clamp(-1, 1) }),
    snap: ({ weight }, nearest) => ({ weight: nearest(weight.clamp(-1, 1)) }),
    form: ({ weight }) => ({ kind: 'sum', weights: weight.clamp(-1, 1) }),
  });
};
