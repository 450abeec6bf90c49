import { concat, type Tensor } from '../tensor/tensor.ts';
import type { ApplyContext } from './contract.ts';

/** Keeps a layer's input for its penalty; outside training there is none. */
export const rememberInput = (context: ApplyContext, parameter: Tensor, x: Tensor): void => {
  if (context.training) context.remember(parameter, x);
};

/** The mean of a layer's input over the rows, and over time in recurrent use: [inputs, 1]. Undefined outside training. */
export const meanInput = (context: ApplyContext, parameter: Tensor): Tensor | undefined => {
  const inputs = context.training ? context.remembered(parameter) : [];
  return inputs.length === 0 ? undefined : concat(inputs, 0).mean(0).unsqueeze(1);
};
