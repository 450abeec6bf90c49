import type { Initialiser } from '../random/initialisers.ts';
import { defineModule, type Module } from './contract.ts';
import { weightedProduct } from './nacMul.ts';
import { nmuInit } from './nmu.ts';
import { oneWeight, type OneWeight } from './oneWeight.ts';
import { checkEpsilon, checkSizes, type LayerSizes } from './sizes.ts';

export interface NacMulNmuOptions extends LayerSizes {
  /** Added to |x| before the logarithm. Default: 1e-7, as in the paper's code. */
  readonly epsilon?: number;
  /** Initial W. Default: uniform on [¼, ¾), as in an NMU. */
  readonly weightInit?: Initialiser;
}

/**
 * NAC•,NMU: a NAC• with the weights of an NMU.
 *
 *     W ← clamp(W, 0, 1) after every step,   y = exp(log(|x| + ε)·W)
 *
 * x [rows, inputs], W [inputs, outputs] (`weight`), y [rows, outputs]. Madsen and Johansen (2020).
 *
 * Trap: the signs of the inputs are lost.
 */
export const nacMulNmu = (options: NacMulNmuOptions): Module<OneWeight> => {
  const { inputs, outputs } = checkSizes('nacMulNmu', options, { epsilon: true, weightInit: true });
  const epsilon = checkEpsilon('nacMulNmu', options.epsilon ?? 1e-7);
  return defineModule({
    name: 'nacMulNmu',
    paper: 'Madsen and Johansen 2020, arXiv 2001.05016',
    inputs,
    outputs,
    params: oneWeight(inputs, outputs, options.weightInit ?? nmuInit),
    settings: { epsilon },
    apply: ({ weight }, x) => weightedProduct(x, weight.clamp(0, 1), epsilon),
    constrain: ({ weight }) => ({ weight: weight.clamp(0, 1) }),
    snap: ({ weight }, nearest) => ({ weight: nearest(weight.clamp(0, 1)) }),
    initialCarry: 1,
    form: ({ weight }) => ({ kind: 'product', weights: weight.clamp(0, 1), epsilon }),
  });
};
