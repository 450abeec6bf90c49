import { glorotNormal, type Initialiser } from '../random/initialisers.ts';
import { defineModule, type Module, type ParamSpec } from './contract.ts';
import { logit } from './nac.ts';
import { weightedProduct } from './nacMul.ts';
import { checkEpsilon, checkSizes, type LayerSizes } from './sizes.ts';

export interface NacMulSigmoidOptions extends LayerSizes {
  /** Added to |x| before the logarithm. Default: 1e-7, as in the paper's code. */
  readonly epsilon?: number;
  /** Initial Ŵ. Default: Glorot's normal, as in the paper's code. */
  readonly weightInit?: Initialiser;
}

/**
 * NAC•,σ: a NAC• whose weights are σ(Ŵ), so that it multiplies and never divides.
 *
 *     y = exp(log(|x| + ε)·σ(Ŵ))
 *
 * x [rows, inputs], Ŵ [inputs, outputs] (`wHat`), y [rows, outputs]. Madsen and Johansen (2020).
 *
 * Trap: the signs of the inputs are lost, and weights of exactly 0 and 1 are out of reach.
 */
export const nacMulSigmoid = (options: NacMulSigmoidOptions): Module<{ readonly wHat: ParamSpec }> => {
  const { inputs, outputs } = checkSizes('nacMulSigmoid', options, { epsilon: true, weightInit: true });
  const epsilon = checkEpsilon('nacMulSigmoid', options.epsilon ?? 1e-7);
  return defineModule<{ readonly wHat: ParamSpec }>({
    name: 'nacMulSigmoid',
    paper: 'Madsen and Johansen 2020, arXiv 2001.05016',
    inputs,
    outputs,
    params: { wHat: { shape: [inputs, outputs], init: options.weightInit ?? glorotNormal(), group: 'weights' } },
    settings: { epsilon },
    apply: ({ wHat }, x) => weightedProduct(x, wHat.sigmoid(), epsilon),
    snap: ({ wHat }, nearest) => ({ wHat: logit(nearest(wHat.sigmoid())) }),
    initialCarry: 1,
    form: ({ wHat }) => ({ kind: 'product', weights: wHat.sigmoid(), epsilon }),
  });
};
