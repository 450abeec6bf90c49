import { ArgumentError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { applyModule } from './apply.ts';
import type { AnyValues, Module } from './contract.ts';

/** Parameters of a stack: those of layer i under the key `String(i)`. */
export type StackParams<L extends readonly Module[]> = {
  readonly [K in keyof L as K extends `${number}` ? K : never]: L[K] extends Module<infer P> ? P : never;
};

const checkStack = (layers: readonly Module[]): void => {
  if (layers.length === 0) throw new ArgumentError('sequential needs at least one layer; the list is empty.');
  layers.slice(1).forEach((layer, i) => {
    const before = layers[i]!;
    if (layer.inputs === before.outputs) return;
    throw new ArgumentError(
      `sequential: layer ${i} ("${before.name}") has ${before.outputs} outputs, but layer ${i + 1} ("${layer.name}") takes ${layer.inputs} inputs. Make them equal.`,
    );
  });
};

/**
 * A stack: each layer's output is the next one's input.
 *
 * @throws ArgumentError when the list is empty or two widths differ.
 */
export const sequential = <const L extends readonly Module[]>(...layers: L): Module<StackParams<L>> => {
  checkStack(layers);
  const part = (p: unknown, i: number): AnyValues<Tensor> => (p as { readonly [key: string]: AnyValues<Tensor> })[String(i)]!;
  const penalised = layers.some((layer) => layer.penalty !== undefined);
  const constrained = layers.some((layer) => layer.constrain !== undefined);
  const snapped = layers.some((layer) => layer.snap !== undefined);
  const module: Module = {
    name: 'sequential',
    paper: layers
      .map((layer) => layer.paper)
      .filter((paper, i, all) => all.indexOf(paper) === i)
      .join('; '),
    inputs: layers[0]!.inputs,
    outputs: layers.at(-1)!.outputs,
    params: Object.fromEntries(layers.map((layer, i) => [String(i), layer.params])),
    layers,
    apply: (p, x, context) =>
      layers.reduce((value, layer, i) => applyModule(layer, part(p, i), value, context, `${i}.${layer.name}`), x),
    ...(constrained && {
      constrain: (p: AnyValues<Tensor>) =>
        Object.fromEntries(layers.map((layer, i) => [String(i), layer.constrain?.(part(p, i)) ?? part(p, i)])),
    }),
    ...(snapped && {
      snap: (p: AnyValues<Tensor>, nearest: (weights: Tensor) => Tensor) =>
        Object.fromEntries(layers.map((layer, i) => [String(i), layer.snap?.(part(p, i), nearest) ?? part(p, i)])),
    }),
    ...(penalised && {
      penalty: (p, context) =>
        layers
          .flatMap((layer, i) => (layer.penalty ? [layer.penalty(part(p, i), context)] : []))
          .reduce((total, each) => total.add(each)),
    }),
  };
  return module as Module<StackParams<L>>;
};
