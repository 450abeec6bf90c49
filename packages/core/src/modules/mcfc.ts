import { constantInit, identityInit, orthogonalInit, type Initialiser } from '../random/initialisers.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { known } from './choice.ts';
import { defineModule, type Module, type ParamSpec } from './contract.ts';
import { selectedProduct } from './nmu.ts';
import { checkSizes, type LayerSizes } from './sizes.ts';

export type McfcOptions = LayerSizes;

export interface MulMcfcOptions extends LayerSizes {
  /**
   * What becomes of the signs of the inputs. `none`: inputs must be positive, as in the paper. `inalu`: log |x|, and signs by
   * Πᵢ (sign(xᵢ)·Jᵢⱼ + 1 − Jᵢⱼ). `realNpu`: log |x|, and signs by cos(Σᵢ kᵢ·ĝᵢ·Jᵢⱼ) with a gate g per input. Both are
   * Mistry's additions. Default: `none`.
   */
  readonly sign?: 'none' | 'inalu' | 'realNpu';
  /**
   * True: one more output that nobody reads takes what no output wants, as in the paper's code. Without it a layer with one
   * output cannot leave an input out. Default: true.
   */
  readonly trash?: boolean;
}

type McfcParams = { readonly redistribution: ParamSpec; readonly gateWeight: ParamSpec; readonly gateBias: ParamSpec };

type Stored = { readonly redistribution: Tensor; readonly gateWeight: Tensor; readonly gateBias: Tensor };

/** A vector of length 1 in a random direction: the orthogonal initial values of a matrix with one row. */
const unitVector: Initialiser = {
  name: 'unitVector',
  values: (shape, key) => orthogonalInit.values([1, shape[0]!], key),
};

const mcfcParams = (inputs: number, outputs: number): McfcParams => ({
  redistribution: {
    shape: [inputs, outputs],
    init: inputs === outputs ? identityInit : orthogonalInit,
    group: 'weights',
  },
  gateWeight: { shape: [outputs], init: unitVector, group: 'gate' },
  gateBias: { shape: [outputs], init: constantInit(0), group: 'gate' },
});

/** J = softmax over the outputs of R: what share of each input goes where. */
const junction = ({ redistribution }: Stored): Tensor => redistribution.softmax(1);

/** J ⊙ σ(w + b): what arrives at the outputs. */
const passed = (p: Stored): Tensor => junction(p).mul(p.gateWeight.add(p.gateBias).sigmoid());

const paper = 'Hoedt et al. 2021, arXiv 2101.05186';

/**
 * The mass-conserving fully connected layer: distributes its inputs over its outputs, and lets part of them through.
 *
 *     J = softmax over the outputs of R    o = σ(w + b)    y = (x·J) ⊙ o
 *
 * x [rows, inputs], R [inputs, outputs] (`redistribution`), w, b [outputs] (`gateWeight`, `gateBias`), y [rows, outputs].
 * Hoedt et al. (2021). Its regulariser `mcfcSaturation` rewards large parameters.
 *
 * Traps: with one output J is 1 everywhere, so no input can be left out: y = σ(w + b)·Σx; and it cannot subtract.
 */
export const mcfc = (options: McfcOptions): Module<McfcParams> => {
  const { inputs, outputs } = checkSizes('mcfc', options, {});
  return defineModule<McfcParams>({
    name: 'mcfc',
    paper,
    inputs,
    outputs,
    params: mcfcParams(inputs, outputs),
    apply: (p, x) => x.matmul(passed(p)),
    form: (p) => ({ kind: 'sum', weights: passed(p) }),
  });
};

type MulParams = { readonly mcfc: McfcParams; readonly bias: ParamSpec; readonly relevance: ParamSpec };

/**
 * A mass-conserving layer in log space: products of its inputs.
 *
 *     J = softmax over the outputs of R    o = σ(w + b)    y = exp((log x·J) ⊙ o + c) ⊙ s
 *
 * x [rows, inputs], R [inputs, outputs] (with the trash output: one column more, whose result is dropped), w, b as wide as R,
 * c [outputs] (`bias`), s the signs (see `sign`), y [rows, outputs]. Hoedt et al. (2021); signs: Mistry (2023).
 *
 * Traps: without `sign` a negative input gives NaN, and 0 spoils the derivative in any case.
 *
 * @throws ArgumentError for a width below 1 or an unknown choice.
 */
export const mulMcfc = (options: MulMcfcOptions): Module<MulParams> => {
  const { inputs, outputs } = checkSizes('mulMcfc', options, { sign: true, trash: true });
  const sign = known('mulMcfc', 'sign', options.sign ?? 'none', ['none', 'inalu', 'realNpu']);
  const trash = options.trash ?? true;
  const kept = (tensor: Tensor): Tensor => (trash ? tensor.slice([0, 0], [tensor.shape[0]!, outputs]) : tensor);
  const signs: { readonly [K in typeof sign]: (share: Tensor, x: Tensor, relevance: Tensor) => Tensor | undefined } = {
    none: () => undefined,
    inalu: (share, x) => selectedProduct(x.sign(), share),
    realNpu: (share, x, relevance) => x.lt(0).mul(Math.PI).mul(relevance.clamp(0, 1)).matmul(share).cos(),
  };
  return defineModule<MulParams>({
    name: 'mulMcfc',
    paper,
    inputs,
    outputs,
    params: {
      mcfc: mcfcParams(inputs, trash ? outputs + 1 : outputs),
      bias: { shape: [outputs], init: constantInit(0), group: 'bias' },
      ...(sign === 'realNpu' && { relevance: { shape: [inputs], init: constantInit(0.5), group: 'gate' } }),
    } as MulParams,
    settings: { sign, trash },
    apply: ({ mcfc: stored, bias, relevance }, x) => {
      const size = sign === 'none' ? x : x.abs();
      const y = size
        .log()
        .matmul(kept(passed(stored)))
        .add(bias)
        .exp();
      const s = signs[sign](kept(junction(stored)), x, relevance);
      return s === undefined ? y : y.mul(s);
    },
    initialCarry: 1,
    form: ({ mcfc: stored, bias }) => ({
      kind: 'product',
      weights: kept(passed(stored)),
      epsilon: 0,
      scale: bias.exp(),
      signed: sign !== 'none',
    }),
  });
};
