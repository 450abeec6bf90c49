import type { Initialiser } from '../random/initialisers.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { known } from './choice.ts';
import { defineModule, type Module } from './contract.ts';
import { nauInit } from './nau.ts';
import { oneWeight, type OneWeight } from './oneWeight.ts';
import { checkSizes, type LayerSizes } from './sizes.ts';

export interface NruOptions extends LayerSizes {
  /**
   * `joint`: each factor carries the sign of its input. `separate`: magnitudes are multiplied first, and the signs of inputs
   * with weights that round to ±1 afterwards. Default: `joint`.
   */
  readonly sign?: 'joint' | 'separate';
  /** Initial W. Default: as in a NAU. */
  readonly weightInit?: Initialiser;
}

/** Steepness of the smooth switch between "the input counts" and "it does not". */
const STEEPNESS = 1000;

/** How much an input counts: 0 at W = 0, 1 elsewhere. Training needs it smooth, and steep. */
const relevance = (weights: Tensor, training: boolean): Tensor =>
  training ? weights.mul(STEEPNESS).tanh().square() : weights.abs();

/**
 * |x|^w of sizes |x|. Half the work of `pow`, as the derivative needs the logarithm too; its error grows with |w·log|x||, to
 * some 4 ulp at 40 and 1/40. At 0, where the logarithm has no derivative, the power is 0, 1 or ∞ by the sign of w.
 */
const powerOf = (size: Tensor, w: Tensor): Tensor => {
  const isZero = size.eq(0);
  const powerOfZero = w.lt(0).where(Infinity, w.eq(0));
  return isZero.where(powerOfZero, isZero.where(1, size).log().mul(w).exp());
};

/** With more inputs than this their axis comes first, and rows last: machines compute neighbours along the last axis at once. */
const FEW_INPUTS = 4;

/**
 * The neural reciprocal unit: products and quotients of its inputs.
 *
 *     W ← clamp(W, −1, 1) after every step,   yⱼ = Πᵢ (sign(xᵢ)·|xᵢ|^Wᵢⱼ·aᵢⱼ + 1 − aᵢⱼ)
 *     a = tanh(1000·W)² in training, |W| in use
 *
 * x [rows, inputs], W [inputs, outputs] (`weight`), y [rows, outputs]. Mistry, Farrahi and Hare (2022).
 *
 * Traps: training and use compute different functions unless W is whole, so that the validation loss means little before the
 * weights have settled; the published learning rate is 1 for two inputs; inputs of both signs defeat it.
 */
export const nru = (options: NruOptions): Module<OneWeight> => {
  const { inputs, outputs } = checkSizes('nru', options, { sign: true, weightInit: true });
  const sign = known('nru', 'sign', options.sign ?? 'joint', ['joint', 'separate']);
  return defineModule({
    name: 'nru',
    paper: 'Mistry, Farrahi and Hare 2022, arXiv 2110.05177',
    inputs,
    outputs,
    params: oneWeight(inputs, outputs, options.weightInit ?? nauInit),
    settings: { sign },
    apply: ({ weight }, x, { training }) => {
      const isFirst = inputs > FEW_INPUTS;
      const axis = isFirst ? 0 : 1;
      const column = (isFirst ? x.transpose() : x).unsqueeze(-1);
      const clamped = weight.clamp(-1, 1);
      const w = isFirst ? clamped.unsqueeze(1) : clamped;
      const counts = relevance(w, training);
      const power = powerOf(column.abs(), w);
      const signed = sign === 'joint' ? power.mul(column.sign()) : power;
      const product = signed.mul(counts).add(counts.neg().add(1)).prod(axis);
      return sign === 'joint' ? product : product.mul(w.round().eq(0).where(1, column.sign()).prod(axis));
    },
    constrain: ({ weight }) => ({ weight: weight.clamp(-1, 1) }),
    snap: ({ weight }, nearest) => ({ weight: nearest(weight.clamp(-1, 1)) }),
    initialCarry: 1,
    form: ({ weight }) => ({ kind: 'product', weights: weight.clamp(-1, 1), epsilon: 0, signed: true }),
  });
};
