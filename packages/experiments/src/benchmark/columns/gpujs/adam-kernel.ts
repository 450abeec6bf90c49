import type { GPU } from 'gpu.js';
import type { Workload } from '../../workloads.ts';
import { kernelOf, type Handle } from './kernels.ts';

/** Elements of the state of a network with so many parameters of each kind. */
export const stateLength = (parameters: number): number => 9 * parameters + 2;

/** Where the state keeps the index of the batch that comes next. */
export const batchIndexAt = (parameters: number): number => 9 * parameters + 1;

/**
 * Advances the whole state by Adam. `weights` holds W, ∂W/∂Ŵ and ∂W/∂M̂, `gradients` the derivatives with respect to W and G;
 * `place` is the text that finds parameter p in either.
 */
export const adamKernel = (
  gpu: GPU,
  { adam: { learningRate, beta1, beta2, epsilon } }: Workload,
  parameters: number,
  place: string,
): ((state: Handle, weights: Handle, gradients: Handle) => Handle) =>
  kernelOf(
    gpu,
    `function (state, weights, gradients) {
      const at = this.thread.x;
      if (at >= ${9 * parameters}) return state[at] + 1;
      const part = Math.floor(at / ${3 * parameters});
      const index = at - part * ${3 * parameters};
      const kind = Math.floor(index / ${parameters});
      const p = index - kind * ${parameters};
      let gradient = gradients[1]${place};
      if (kind < 2) { gradient = gradients[0]${place} * weights[kind + 1]${place}; }
      const first = ${beta1} * state[${3 * parameters} + index] + ${1 - beta1} * gradient;
      if (part === 1) return first;
      const second = ${beta2} * state[${6 * parameters} + index] + ${1 - beta2} * gradient * gradient;
      if (part === 2) return second;
      const t = state[${9 * parameters}] + 1;
      const unbiasedFirst = first / (1 - Math.pow(${beta1}, t));
      const unbiasedSecond = second / (1 - Math.pow(${beta2}, t));
      return state[index] - ${learningRate} * unbiasedFirst / (Math.sqrt(unbiasedSecond) + ${epsilon});
    }`,
    [stateLength(parameters)],
  );
