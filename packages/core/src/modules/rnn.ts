import { checkOptionNames } from '../options.ts';
import { fanInUniform } from '../random/initialisers.ts';
import { activations } from './activations.ts';
import type { Cell } from './cell.ts';
import type { ParamSpec } from './contract.ts';
import { known } from './choice.ts';
import { checkSizes } from './sizes.ts';

export interface RnnOptions {
  /** Numbers per step. */
  readonly inputs: number;
  /** Width of the state, which is the output. */
  readonly hidden: number;
  /** Default: `tanh`. */
  readonly activation?: 'tanh' | 'relu';
}

type RnnParams = { readonly input: ParamSpec; readonly state: ParamSpec; readonly bias: ParamSpec };

/**
 * The plain recurrent cell, as a baseline: hₜ = f(xₜ·W + hₜ₋₁·U + b), h₀ = 0. Elman (1990).
 *
 * x [rows, inputs], W [inputs, hidden] (`input`), U [hidden, hidden] (`state`), b [hidden] (`bias`), all from
 * U[−1/√hidden, 1/√hidden), PyTorch's default.
 *
 * @throws ArgumentError for a width below 1 or an unknown activation.
 */
export const rnnCell = (options: RnnOptions): Cell<RnnParams> => {
  const names = { inputs: true, hidden: true, activation: true } as const;
  const { inputs, hidden, activation = 'tanh' } = checkOptionNames('rnnCell', options, names);
  checkSizes('rnnCell', { inputs, outputs: hidden }, {});
  const f = activations[known('rnnCell', 'activation', activation, ['tanh', 'relu'])];
  const init = fanInUniform(hidden);
  return {
    name: 'rnn',
    paper: 'Elman 1990, Cognitive Science 14:179',
    inputs,
    outputs: hidden,
    params: {
      input: { shape: [inputs, hidden], init, group: 'weights' },
      state: { shape: [hidden, hidden], init, group: 'weights' },
      bias: { shape: [hidden], init, group: 'bias' },
    },
    carry: [{ width: hidden, start: 0 }],
    settings: { activation },
    step: ({ input, state, bias }, [before], x) => {
      const y = f.apply(x.matmul(input).add(before!.matmul(state)).add(bias));
      return { carry: [y], y };
    },
  };
};
