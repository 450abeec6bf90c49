import { normalInit, type Initialiser } from '../random/initialisers.ts';
import { withScope } from '../tensor/provenance.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { known } from './choice.ts';
import { defineModule, type Module, type ParamSpec, type Settings } from './contract.ts';
import { nacSnap, nacWeight, nacWeights, SATURATED } from './nac.ts';
import { weightedProduct } from './nacMul.ts';
import { checkEpsilon, checkSizes, type LayerSizes, type OtherNames } from './sizes.ts';

export interface NaluOptions extends LayerSizes {
  /**
   * `shared`: one W for both paths, as in the paper. `separate`: one for each, as in the article's code, which learns more
   * often. Default: `separate`.
   */
  readonly weights?: 'shared' | 'separate';
  /** `input`: g = σ(x·G), as in paper and article. `free`: g = σ(G), the same for every row. Default: `input`. */
  readonly gate?: 'input' | 'free';
  /** Added to |x| before the logarithm. Default: 1e-6, as in the article's code. */
  readonly epsilon?: number;
  /** Initial Ŵ and M̂. Default: uniform on [−2, 2), as in the article's code. */
  readonly weightInit?: Initialiser;
  /** Initial G. Default: normal with mean 0 and deviation 1, as in the article's code. */
  readonly gateInit?: Initialiser;
}

export const naluOptions: OtherNames<NaluOptions> = {
  weights: true,
  gate: true,
  epsilon: true,
  weightInit: true,
  gateInit: true,
};

interface NaluSettings extends Settings {
  readonly gate: 'input' | 'free';
  readonly epsilon: number;
}

const gateOf = (gate: Tensor, x: Tensor, { gate: kind }: NaluSettings): Tensor =>
  kind === 'input' ? x.matmul(gate).sigmoid() : gate.sigmoid().broadcastTo([x.shape[0]!, gate.shape[0]!]);

/** g ⊙ a + (1 − g) ⊙ m with a = x·W and m = exp(log(|x| + ε)·V). */
const gated = (x: Tensor, w: Tensor, v: Tensor, gate: Tensor, settings: NaluSettings): Tensor => {
  const a = withScope('add', () => x.matmul(w));
  const m = withScope('multiply', () => weightedProduct(x, v, settings.epsilon));
  const g = withScope('gate', () => gateOf(gate, x, settings));
  return g.mul(a).add(g.neg().add(1).mul(m));
};

const paper = 'Trask et al. 2018, arXiv 1808.00508';

/** A free gate goes to 0 or 1. One that reads the input stays: what it is on other rows is not known. */
const gateSnap = (gate: Tensor, { gate: kind }: NaluSettings): Tensor => (kind === 'free' ? gate.sign().mul(SATURATED) : gate);

/**
 * The neural arithmetic logic unit: a gate chooses, per output, between a sum and a product.
 *
 *     W = tanh(Ŵ) ⊙ σ(M̂)    a = x·W    m = exp(log(|x| + ε)·V)    g = σ(x·G)    y = g ⊙ a + (1 − g) ⊙ m
 *
 * V is W when the weights are shared; separate weights have V = tanh(V̂) ⊙ σ(N̂), stored as `multiply/wHat` and
 * `multiply/mHat`. x [rows, inputs], all weights [inputs, outputs] (a free gate: [outputs]), y [rows, outputs]. The
 * multiplicative path sees only |x|. Trask et al. (2018), section 3, NALU.
 *
 * @throws ArgumentError for a width below 1, an ε that is not positive or an unknown choice.
 */
export const nalu = (options: NaluOptions): Module => {
  const { inputs, outputs } = checkSizes('nalu', options, naluOptions);
  const weights = known('nalu', 'weights', options.weights ?? 'separate', ['shared', 'separate']);
  const settings: NaluSettings = {
    gate: known('nalu', 'gate', options.gate ?? 'input', ['input', 'free']),
    epsilon: checkEpsilon('nalu', options.epsilon ?? 1e-6),
  };
  const { epsilon } = settings;
  const gate: ParamSpec = {
    shape: settings.gate === 'input' ? [inputs, outputs] : [outputs],
    init: options.gateInit ?? normalInit(0, 1),
    group: 'gate',
  };
  const pair = nacWeights(inputs, outputs, options.weightInit);
  const sizes = { name: 'nalu', paper, inputs, outputs, settings };
  if (weights === 'shared') {
    return defineModule({
      ...sizes,
      params: { wHat: pair.wHat, mHat: pair.mHat, gate },
      apply: (p, x) => {
        const w = nacWeight(p.wHat, p.mHat);
        return gated(x, w, w, p.gate, settings);
      },
      snap: ({ gate: g, ...p }, nearest) => ({ ...nacSnap(p, nearest), gate: gateSnap(g, settings) }),
      form: (p) => {
        const w = nacWeight(p.wHat, p.mHat);
        return {
          kind: 'gated',
          gate: (x) => gateOf(p.gate, x, settings),
          sum: { kind: 'sum', weights: w },
          product: { kind: 'product', weights: w, epsilon },
        };
      },
    });
  }
  return defineModule({
    ...sizes,
    params: { add: { wHat: pair.wHat, mHat: pair.mHat }, multiply: { wHat: pair.wHat, mHat: pair.mHat }, gate },
    apply: ({ add, multiply, gate: g }, x) =>
      gated(x, nacWeight(add.wHat, add.mHat), nacWeight(multiply.wHat, multiply.mHat), g, settings),
    snap: ({ add, multiply, gate: g }, nearest) => ({
      add: nacSnap(add, nearest),
      multiply: nacSnap(multiply, nearest),
      gate: gateSnap(g, settings),
    }),
    form: ({ add, multiply, gate: g }) => ({
      kind: 'gated',
      gate: (x) => gateOf(g, x, settings),
      sum: { kind: 'sum', weights: nacWeight(add.wHat, add.mHat) },
      product: { kind: 'product', weights: nacWeight(multiply.wHat, multiply.mHat), epsilon },
    }),
  });
};
