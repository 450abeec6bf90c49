import type { Tensor } from '../tensor/tensor.ts';
import type { AnyValues, LayerForm, Module, ModulePart } from './contract.ts';

/** A layer of a network that can be read back. */
export interface ReadableLayer {
  /** Path of the layer: empty for a network of one layer, `0`, `1/0`, … in stacks. */
  readonly path: string;
  readonly module: Module;
  readonly form: LayerForm;
}

/** A matrix of constrained weights and where it belongs. */
export interface ConstrainedWeights {
  /** Such as `0/weights`, or `0/add` and `0/multiply` in a gated layer. */
  readonly path: string;
  readonly weights: Tensor;
  /** True for the weights of an ordinary layer, which are not meant to become whole. */
  readonly free: boolean;
}

const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('/');

/** Layers in order, with their forms; undefined when one of them cannot be read back. */
export const readableLayers = (
  module: Module,
  parameters: AnyValues<Tensor>,
  path: string = '',
): readonly ReadableLayer[] | undefined => {
  if (module.form !== undefined) return [{ path, module, form: module.form(parameters) }];
  if (module.layers === undefined) return undefined;
  const parts = module.layers.map((layer, i) => {
    const key = String(i);
    return readableLayers(layer, parameters[key] as AnyValues<Tensor>, joined(path, key));
  });
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
};

const namesOf = (form: LayerForm): readonly (readonly [string, Tensor])[] =>
  form.kind !== 'gated'
    ? [['weights', form.weights]]
    : form.sum.weights === form.product.weights
      ? [['weights', form.sum.weights]]
      : [
          ['add', form.sum.weights],
          ['multiply', form.product.weights],
        ];

/** The modules that a module is made of, with their parameters. */
const partsOf = (module: Module, parameters: AnyValues<Tensor>): readonly ModulePart[] =>
  module.parts?.(parameters) ??
  (module.layers ?? []).map((layer, i) => ({
    path: String(i),
    module: layer,
    parameters: parameters[String(i)] as AnyValues<Tensor>,
  }));

/** All matrices of weights as the layers use them, after their constraints. Layers without weights that mean something are left out. */
export const constrainedWeights = (
  module: Module,
  parameters: AnyValues<Tensor>,
  path: string = '',
): readonly ConstrainedWeights[] => {
  const form = module.form?.(parameters);
  if (form === undefined)
    return partsOf(module, parameters).flatMap((part) =>
      constrainedWeights(part.module, part.parameters, joined(path, part.path)),
    );
  const free = form.kind === 'sum' && (form.free ?? false);
  return namesOf(form).map(([name, weights]) => ({ path: joined(path, name), weights, free }));
};
