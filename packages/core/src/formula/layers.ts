import { interpret } from '../backend/interpret.ts';
import { trace } from '../graph/trace.ts';
import { applyModule } from '../modules/apply.ts';
import type { LayerForm, Module } from '../modules/contract.ts';
import { listParams, unflatten } from '../modules/tree.ts';
import { readableLayers, type ReadableLayer } from '../modules/weights.ts';
import type { FloatArray } from '../ops/row.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { NamedTensor } from '../training/snapshot.ts';

/** A matrix of constrained weights [inputs, outputs], row-major, with f64 values. */
export interface WeightMatrix {
  /** Such as `0/weights`, or `0/add` and `0/multiply` in a gated layer. */
  readonly path: string;
  readonly values: FloatArray;
}

/** yⱼ = Σᵢ xᵢ·Wᵢⱼ + bⱼ, cⱼ·Πᵢ (|xᵢ|/uᵢ)^Wᵢⱼ or Πᵢ (Wᵢⱼ·xᵢ + 1 − Wᵢⱼ). */
export interface LayerPath {
  readonly kind: 'sum' | 'product' | 'selectedProduct';
  readonly weights: WeightMatrix;
  /** Of a product: whole exponents keep the signs of the inputs. */
  readonly signed: boolean;
  /** Of a selected product: the reciprocals of the inputs follow the inputs. */
  readonly reciprocals: boolean;
  readonly bias?: FloatArray;
  /** c of a product. */
  readonly scale?: FloatArray;
  /** u of a product. */
  readonly units?: FloatArray;
  /** True when a function follows, so that the weights alone do not say what the layer does. */
  readonly activated: boolean;
}

/** One layer with numbers: one path, or two and the gate between them. */
export interface NumericLayer {
  readonly path: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly paths: readonly LayerPath[];
  /** [rows, outputs] on the given data: 1 chooses the first path, 0 the second. */
  readonly gate?: FloatArray;
}

/** What a network computes in f64 on the given rows, and its layers when it can be read layer by layer. */
export interface NumericNetwork {
  readonly outputs: FloatArray;
  readonly layers?: readonly NumericLayer[];
}

/** Collects tensors to compute and finds their values again afterwards. */
interface Collector {
  readonly tensors: Tensor[];
  add(tensor: Tensor): (values: readonly FloatArray[]) => FloatArray;
}

const newCollector = (): Collector => {
  const tensors: Tensor[] = [];
  return {
    tensors,
    add: (tensor) => {
      const place = tensors.push(tensor) - 1;
      return (values) => values[place]!;
    },
  };
};

type Late<T> = (values: readonly FloatArray[]) => T;

const latePath = (
  path: string,
  name: string,
  form: Exclude<LayerForm, { kind: 'gated' }>,
  collector: Collector,
): Late<LayerPath> => {
  const weights = collector.add(form.weights);
  const optional = (tensor: Tensor | undefined) => (tensor === undefined ? undefined : collector.add(tensor));
  const bias = form.kind === 'sum' ? optional(form.bias) : undefined;
  const scale = form.kind === 'product' ? optional(form.scale) : undefined;
  const units = form.kind === 'product' ? optional(form.units) : undefined;
  const activated = form.kind === 'sum' && form.activation !== undefined;
  return (values) => ({
    kind: form.kind,
    weights: { path: path === '' ? name : `${path}/${name}`, values: weights(values) },
    ...(bias && { bias: bias(values) }),
    ...(scale && { scale: scale(values) }),
    ...(units && { units: units(values) }),
    signed: form.kind === 'product' && (form.signed ?? false),
    reciprocals: form.kind === 'selectedProduct' && (form.reciprocals ?? false),
    activated,
  });
};

const lateLayer = (
  { path, module: { inputs, outputs }, form }: ReadableLayer,
  x: Tensor,
  collector: Collector,
): Late<NumericLayer> => {
  const sizes = { path, inputs, outputs };
  if (form.kind !== 'gated') {
    const only = latePath(path, 'weights', form, collector);
    return (values) => ({ ...sizes, paths: [only(values)] });
  }
  const shared = form.sum.weights === form.product.weights;
  const sum = latePath(path, shared ? 'weights' : 'add', form.sum, collector);
  const product = latePath(path, shared ? 'weights' : 'multiply', form.product, collector);
  const gate = collector.add(form.gate(x));
  return (values) => ({ ...sizes, paths: [sum(values), product(values)], gate: gate(values) });
};

const partOf = (tree: unknown, path: string): never =>
  path.split('/').reduce((part, key) => (key === '' ? part : (part as never)[key]), tree) as never;

/** Runs a network on the host in f64 and takes the constrained weights and gates along. */
export const runNetwork = (module: Module, parameters: ReadonlyMap<string, NamedTensor>, x: NamedTensor): NumericNetwork => {
  const params = listParams(module.params);
  const specs = [...params.map(({ path, spec }) => ({ name: path, shape: spec.shape })), { name: 'x', shape: x.shape }];
  let finish: Late<NumericNetwork>;
  const graph = trace(
    specs,
    (...tensors) => {
      const tree = unflatten(module.params, tensors.slice(0, -1));
      const collector = newCollector();
      const outputs = collector.add(applyModule(module, tree, tensors.at(-1)!));
      let value = tensors.at(-1)!;
      const layers = readableLayers(module, tree)?.map((layer) => {
        const late = lateLayer(layer, value, collector);
        value = applyModule(layer.module, partOf(tree, layer.path), value);
        return late;
      });
      finish = (values) => ({ outputs: outputs(values), ...(layers && { layers: layers.map((late) => late(values)) }) });
      return collector.tensors;
    },
    'formula',
  );
  return finish!(interpret(graph, [...params.map(({ path }) => parameters.get(path)!.data), x.data]));
};
