import { interpret } from '../backend/interpret.ts';
import { trace } from '../graph/trace.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Parameters } from '../training/model.ts';
import type { Module } from './contract.ts';
import { flatten, listParams, unflatten } from './tree.ts';

/** What weights may become. `whole`: −1, 0 and 1. `half`: −½ and ½ as well. */
export type SnapTo = 'whole' | 'half';

const candidates: { readonly [K in SnapTo]: readonly number[] } = { whole: [-1, 0, 1], half: [-1, -0.5, 0, 0.5, 1] };

const nearestOf =
  (values: readonly number[]) =>
  (weights: Tensor): Tensor =>
    values
      .slice(1)
      .reduce<Tensor>(
        (best, value) => weights.sub(value).abs().lt(weights.sub(best).abs()).where(value, best),
        weights.mul(0).add(values[0]!),
      );

/**
 * The parameters of a trained module with every constrained weight at the nearest exact value, and gates that do not depend on
 * the input open or shut. Modules whose weights mean nothing by themselves, such as `dense`, keep theirs.
 *
 * Judge the result on validation rows before it replaces the trained parameters: a weight of 0.7 is not a 1.
 *
 * @param to default: `whole`.
 */
export const snapParameters = (module: Module, parameters: Parameters, to: SnapTo = 'whole'): Parameters => {
  const params = listParams(module.params);
  if (module.snap === undefined) return parameters;
  const graph = trace(
    params.map(({ path, spec }) => ({ name: path, shape: spec.shape })),
    (...tensors) => flatten(module.params, module.snap!(unflatten(module.params, tensors), nearestOf(candidates[to]))),
    'snap',
  );
  const values = interpret(
    graph,
    params.map(({ path }) => Float64Array.from(parameters.get(path)!.data)),
  );
  return new Map(params.map(({ path, spec }, i) => [path, { shape: spec.shape, data: values[i]! }]));
};
