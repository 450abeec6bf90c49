import { glorotUniform, type Initialiser } from '../random/initialisers.ts';
import { defineModule, type Module, type ParamSpec } from './contract.ts';
import { nau, nauInit } from './nau.ts';
import { nmu, nmuInit } from './nmu.ts';
import { oneWeight, type OneWeight } from './oneWeight.ts';
import { checkSizes, type LayerSizes } from './sizes.ts';

export interface GatedNauNmuOptions extends LayerSizes {
  /** Initial G. Default: Glorot's uniform, as in the paper's code. */
  readonly gateInit?: Initialiser;
}

type GatedParams = { readonly add: OneWeight; readonly multiply: OneWeight; readonly gate: ParamSpec };

/**
 * A NALU made of a NAU and an NMU: a gate chooses, per output and row, between a sum and a product.
 *
 *     g = σ(x·G)    y = g ⊙ nau(x) + (1 − g) ⊙ nmu(x)
 *
 * x [rows, inputs], `add/weight`, `multiply/weight` and G (`gate`) [inputs, outputs], y [rows, outputs]. Madsen and Johansen
 * (2020).
 *
 * Trap: it chooses its path as if by chance. The paper reports the right choice for 62 % of the seeds on products, and for
 * 37 % on sums; where the operation is known, use `nau` or `nmu`.
 */
export const gatedNauNmu = (options: GatedNauNmuOptions): Module<GatedParams> => {
  const { inputs, outputs } = checkSizes('gatedNauNmu', options, { gateInit: true });
  const sum = nau({ inputs, outputs });
  const product = nmu({ inputs, outputs });
  return defineModule<GatedParams>({
    name: 'gatedNauNmu',
    paper: 'Madsen and Johansen 2020, arXiv 2001.05016',
    inputs,
    outputs,
    params: {
      add: oneWeight(inputs, outputs, nauInit),
      multiply: oneWeight(inputs, outputs, nmuInit),
      gate: { shape: [inputs, outputs], init: options.gateInit ?? glorotUniform(), group: 'gate' },
    },
    apply: ({ add, multiply, gate }, x, context) => {
      const g = x.matmul(gate).sigmoid();
      return g.mul(sum.apply(add, x, context)).add(
        g
          .neg()
          .add(1)
          .mul(product.apply(multiply, x, context)),
      );
    },
    constrain: ({ add, multiply, gate }) => ({ add: sum.constrain!(add), multiply: product.constrain!(multiply), gate }),
    // The gate stays: what it is on other rows is not known.
    snap: ({ add, multiply, gate }, nearest) => ({
      add: sum.snap!(add, nearest),
      multiply: product.snap!(multiply, nearest),
      gate,
    }),
    form: ({ add, multiply, gate }) => ({
      kind: 'gated',
      gate: (x) => x.matmul(gate).sigmoid(),
      sum: { kind: 'sum', weights: add.weight.clamp(-1, 1) },
      product: { kind: 'selectedProduct', weights: multiply.weight.clamp(0, 1) },
    }),
  });
};
