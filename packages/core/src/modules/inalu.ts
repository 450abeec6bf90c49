import { normalInit, type Initialiser } from '../random/initialisers.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { withScope } from '../tensor/provenance.ts';
import { known } from './choice.ts';
import { defineModule, type GatedForm, type Module, type ParamSpec } from './contract.ts';
import { nacSnap, nacWeight, SATURATED, type NacWeights } from './nac.ts';
import { selectedProduct } from './nmu.ts';
import { checkEpsilon, checkSizes, type LayerSizes } from './sizes.ts';

export interface InaluOptions extends LayerSizes {
  /** `separate`: weights of its own for each path, the paper's iNALU (iw). `shared`: one W for both, (sw). Default: `separate`. */
  readonly weights?: 'shared' | 'separate';
  /** |x| is at least this before the logarithm. Default: 1e-7, as in the paper's code. */
  readonly epsilon?: number;
  /** The logarithm of a product is at most this, so that exp cannot overflow. Default: 20, as in the paper. */
  readonly largestExponent?: number;
  /** Initial Ŵ. Default: normal with mean 0.88 and deviation 0.2, as in the paper's code. */
  readonly wInit?: Initialiser;
  /** Initial M̂. Default: normal with mean 0.5 and deviation 0.2, as in the paper's code. */
  readonly mInit?: Initialiser;
  /** Initial g. Default: normal with mean 0 and deviation 0.2, as in the paper's code. */
  readonly gateInit?: Initialiser;
}

type InaluParams = { readonly add: NacWeights; readonly multiply: NacWeights; readonly gate: ParamSpec };

/** exp(min(log(max(|x|, ε))·W, ω)) ⊙ Πᵢ (sign(xᵢ)·|Wᵢⱼ| + 1 − |Wᵢⱼ|). */
const signedProduct = (x: Tensor, weights: Tensor, epsilon: number, largest: number): Tensor => {
  const magnitude = x.abs().max(epsilon).log().matmul(weights).min(largest).exp();
  return magnitude.mul(selectedProduct(x.sign(), weights.abs()));
};

/**
 * The improved NALU: weights of its own for sum and product, products with signs, a gate that does not depend on the input.
 *
 *     W = tanh(Ŵ) ⊙ σ(M̂)    V = tanh(V̂) ⊙ σ(N̂)    a = x·W
 *     m = exp(min(log(max(|x|, ε))·V, ω))    s = Πᵢ (sign(xᵢ)·|Vᵢⱼ| + 1 − |Vᵢⱼ|)    y = σ(g) ⊙ a + (1 − σ(g)) ⊙ m ⊙ s
 *
 * x [rows, inputs], all weights [inputs, outputs] (`add/wHat`, `add/mHat`, `multiply/wHat`, `multiply/mHat`; shared: `wHat`,
 * `mHat`), g [outputs] (`gate`), y [rows, outputs]. Schlör, Ring and Hotho (2020), Frontiers in Artificial Intelligence 3:71.
 *
 * Its training belongs to it: gradients clipped to ±0.1 (`clipByValue`), a regulariser from some step on
 * (`inaluSparsity`), and fresh parameters for networks that stagnate (`stagnation`).
 *
 * Traps: the published criterion for starting again is an absolute loss of 1, so it depends on the scale of the targets; and
 * division is learned by 7 of 10 networks at best.
 *
 * @throws ArgumentError for a width below 1, an ε that is not positive or an unknown choice.
 */
export const inalu = (options: InaluOptions): Module => {
  const { inputs, outputs } = checkSizes('inalu', options, {
    weights: true,
    epsilon: true,
    largestExponent: true,
    wInit: true,
    mInit: true,
    gateInit: true,
  });
  const { wInit = normalInit(0.88, 0.2), mInit = normalInit(0.5, 0.2), gateInit = normalInit(0, 0.2) } = options;
  const weights = known('inalu', 'weights', options.weights ?? 'separate', ['shared', 'separate']);
  const epsilon = checkEpsilon('inalu', options.epsilon ?? 1e-7);
  const largest = options.largestExponent ?? 20;
  const pair: NacWeights = {
    wHat: { shape: [inputs, outputs], init: wInit, group: 'weights' },
    mHat: { shape: [inputs, outputs], init: mInit, group: 'weights' },
  };
  const gate: ParamSpec = { shape: [outputs], init: gateInit, group: 'gate' };

  const compute = (x: Tensor, w: Tensor, v: Tensor, g: Tensor): Tensor => {
    const open = g.sigmoid();
    const a = withScope('add', () => x.matmul(w));
    const m = withScope('multiply', () => signedProduct(x, v, epsilon, largest));
    return open.mul(a).add(open.neg().add(1).mul(m));
  };
  const formOf = (w: Tensor, v: Tensor, g: Tensor): GatedForm => ({
    kind: 'gated',
    gate: (x) => g.sigmoid().broadcastTo([x.shape[0]!, outputs]),
    sum: { kind: 'sum', weights: w },
    product: { kind: 'product', weights: v, epsilon, signed: true },
  });
  const described = {
    name: 'inalu',
    paper: 'Schlör, Ring and Hotho 2020, Frontiers in AI 3:71, arXiv 2003.07629',
    inputs,
    outputs,
    settings: { epsilon, largestExponent: largest },
  };
  if (weights === 'shared')
    return defineModule({
      ...described,
      params: { ...pair, gate },
      apply: ({ wHat, mHat, gate: g }, x) => {
        const w = nacWeight(wHat, mHat);
        return compute(x, w, w, g);
      },
      snap: ({ gate: g, ...p }, nearest) => ({ ...nacSnap(p, nearest), gate: g.sign().mul(SATURATED) }),
      form: ({ wHat, mHat, gate: g }) => {
        const w = nacWeight(wHat, mHat);
        return formOf(w, w, g);
      },
    });
  return defineModule<InaluParams>({
    ...described,
    params: { add: pair, multiply: pair, gate },
    apply: ({ add, multiply, gate: g }, x) =>
      compute(x, nacWeight(add.wHat, add.mHat), nacWeight(multiply.wHat, multiply.mHat), g),
    snap: ({ add, multiply, gate: g }, nearest) => ({
      add: nacSnap(add, nearest),
      multiply: nacSnap(multiply, nearest),
      gate: g.sign().mul(SATURATED),
    }),
    form: ({ add, multiply, gate: g }) => formOf(nacWeight(add.wHat, add.mHat), nacWeight(multiply.wHat, multiply.mHat), g),
  });
};
