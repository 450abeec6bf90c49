import type { Workload } from '../workloads.ts';

/**
 * Adam's update of one parameter array in place, its moments beside it. The two bias corrections are folded into the
 * step size and ε, as at the end of section 2 of Kingma & Ba (2015), with ε scaled along, so that the result is algorithm 1's.
 */
export const adamInPlace = (
  parameters: Float32Array,
  gradients: Float32Array,
  first: Float32Array,
  second: Float32Array,
  step: number,
  adam: Workload['adam'],
): void => {
  const { beta1, beta2 } = adam;
  const keep1 = 1 - beta1;
  const keep2 = 1 - beta2;
  const correction = Math.sqrt(1 - beta2 ** step);
  const rate = (adam.learningRate * correction) / (1 - beta1 ** step);
  const epsilon = adam.epsilon * correction;
  for (let i = 0; i < parameters.length; i++) {
    const gradient = gradients[i]!;
    const m = beta1 * first[i]! + keep1 * gradient;
    const v = beta2 * second[i]! + keep2 * gradient * gradient;
    first[i] = m;
    second[i] = v;
    parameters[i] = parameters[i]! - (rate * m) / (Math.sqrt(v) + epsilon);
  }
};
