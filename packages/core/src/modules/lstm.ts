import { checkOptionNames } from '../options.ts';
import { fanInUniform } from '../random/initialisers.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Cell } from './cell.ts';
import type { ParamSpec } from './contract.ts';
import { checkSizes } from './sizes.ts';

export interface LstmOptions {
  /** Numbers per step. */
  readonly inputs: number;
  /** Width of the state, which is the output. */
  readonly hidden: number;
  /** Added to the forget gate's argument; TensorFlow's cells have 1. Default: 0. */
  readonly forgetBias?: number;
}

type LstmParams = { readonly input: ParamSpec; readonly state: ParamSpec; readonly bias: ParamSpec };

/** Part k of four that lie side by side. */
const quarter = (gates: Tensor, k: number): Tensor => {
  const [rows, width] = [gates.shape[0]!, gates.shape[1]! / 4];
  return gates.slice([0, k * width], [rows, (k + 1) * width]);
};

/**
 * The long short-term memory, as a baseline.
 *
 *     [i, f, g, o] = xₜ·W + hₜ₋₁·U + b
 *     cₜ = σ(f + forgetBias) ⊙ cₜ₋₁ + σ(i) ⊙ tanh(g)    hₜ = σ(o) ⊙ tanh(cₜ)    h₀ = c₀ = 0
 *
 * x [rows, inputs], W [inputs, 4·hidden] (`input`), U [hidden, 4·hidden] (`state`), b [4·hidden] (`bias`), all from
 * U[−1/√hidden, 1/√hidden), PyTorch's default; PyTorch adds a second bias vector. Hochreiter and Schmidhuber (1997) with the
 * forget gate of Gers, Schmidhuber and Cummins (2000).
 *
 * @throws ArgumentError for a width below 1.
 */
export const lstmCell = (options: LstmOptions): Cell<LstmParams> => {
  const names = { inputs: true, hidden: true, forgetBias: true } as const;
  const { inputs, hidden, forgetBias = 0 } = checkOptionNames('lstmCell', options, names);
  checkSizes('lstmCell', { inputs, outputs: hidden }, {});
  const init = fanInUniform(hidden);
  return {
    name: 'lstm',
    paper: 'Hochreiter and Schmidhuber 1997, Neural Computation 9:1735',
    inputs,
    outputs: hidden,
    params: {
      input: { shape: [inputs, 4 * hidden], init, group: 'weights' },
      state: { shape: [hidden, 4 * hidden], init, group: 'weights' },
      bias: { shape: [4 * hidden], init, group: 'bias' },
    },
    carry: [
      { width: hidden, start: 0 },
      { width: hidden, start: 0 },
    ],
    settings: { forgetBias },
    step: ({ input, state, bias }, [h, c], x) => {
      const gates = x.matmul(input).add(h!.matmul(state)).add(bias);
      const kept = quarter(gates, 1).add(forgetBias).sigmoid().mul(c!);
      const memory = kept.add(quarter(gates, 0).sigmoid().mul(quarter(gates, 2).tanh()));
      const y = quarter(gates, 3).sigmoid().mul(memory.tanh());
      return { carry: [y, memory], y };
    },
  };
};
