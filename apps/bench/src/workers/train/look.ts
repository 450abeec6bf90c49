import {
  applyModule,
  listParams,
  unflatten,
  type AnyValues,
  type Backend,
  type LayerForm,
  type Module,
  type NamedTensor,
  type Tensor,
} from '@nalu/core';
import { trace, vectorize } from '@nalu/core/graph';

/** Parameters of a population by path, [members, ...shape]. */
export type Population = ReadonlyMap<string, NamedTensor>;

/** What one path of a layer computes: Σ x·W, Π |x|^W or Π (W·x + 1 − W). */
export type PathKind = Exclude<LayerForm['kind'], 'gated'>;

/** A layer that can be read back. */
export interface LayerShape {
  /** Rows of its matrices: with reciprocals twice the inputs. */
  readonly inputs: number;
  readonly outputs: number;
  /** One, or the two between which a gate chooses. */
  readonly paths: readonly PathKind[];
  readonly gated: boolean;
}

interface Layer {
  readonly shape: LayerShape;
  readonly weights: readonly Tensor[];
  /** [rows, outputs]; none without a gate. */
  readonly gate: readonly Tensor[];
}

const readLayer = (form: LayerForm, x: Tensor): Layer => {
  const paths = form.kind === 'gated' ? [form.sum, form.product] : [form];
  const weights = paths.map((path) => path.weights);
  const [inputs, outputs] = weights[0]!.shape as readonly [number, number];
  return {
    shape: { inputs, outputs, paths: paths.map(({ kind }) => kind), gated: form.kind === 'gated' },
    weights,
    gate: form.kind === 'gated' ? [form.gate(x)] : [],
  };
};

/** The layers of a module that can be read back, in order. */
const readLayers = (module: Module, parameters: AnyValues<Tensor>, x: Tensor): readonly Layer[] => {
  if (module.form !== undefined) return [readLayer(module.form(parameters), x)];
  let value = x;
  return (module.layers ?? []).flatMap((layer, i) => {
    const part = parameters[String(i)] as AnyValues<Tensor>;
    const layers = readLayers(layer, part, value);
    value = applyModule(layer, part, value);
    return layers;
  });
};

/** What every layer of a stack gives, the last one's answer included: [rows, width] each. */
const values = (module: Module, parameters: AnyValues<Tensor>, x: Tensor): readonly Tensor[] => {
  if (module.layers === undefined) return [applyModule(module, parameters, x)];
  const seen: Tensor[] = [];
  module.layers.reduce((value, layer, i) => {
    const next = applyModule(layer, parameters[String(i)] as AnyValues<Tensor>, value);
    seen.push(next);
    return next;
  }, x);
  return seen;
};

/** Computes something from the parameters of a whole population, again and again. */
export interface Look<T> {
  readonly at: (population: Population) => Promise<T>;
  readonly dispose: () => void;
}

const f32 = ({ data }: NamedTensor): Float32Array => Float32Array.from(data);

const compileLook = async (
  module: Module,
  members: number,
  x: NamedTensor,
  backend: Backend,
  outputs: (parameters: AnyValues<Tensor>, x: Tensor) => readonly Tensor[],
): Promise<Look<readonly Float32Array[]>> => {
  const params = listParams(module.params);
  const inputs = [...params.map(({ path, spec }) => ({ name: path, shape: spec.shape })), { name: 'x', shape: x.shape }];
  const graph = trace(
    inputs,
    (...tensors) => [...outputs(unflatten(module.params, tensors.slice(0, -1)), tensors.at(-1)!)],
    'look',
  );
  const executable = await backend.compile(
    vectorize(
      graph,
      members,
      inputs.map((_, i) => i < params.length),
    ),
  );
  const rows = backend.upload(f32(x), x.shape);
  return {
    at: async (population) => {
      const uploaded = params.map(({ path }) => backend.upload(f32(population.get(path)!), population.get(path)!.shape));
      const results = executable.run([...uploaded, rows]);
      try {
        return (await backend.read(...results)) as Float32Array[];
      } finally {
        for (const buffer of [...uploaded, ...results]) backend.free(buffer);
      }
    },
    dispose: () => {
      backend.free(rows);
      executable.dispose();
    },
  };
};

/** What a population looks like from inside. */
export interface Seen {
  /** [member, row]: for modules with one output. */
  readonly answers: Float32Array;
  /** [member, weight], layer by layer, path by path. */
  readonly weights: Float32Array;
  /** [member, gate], layer by layer: the mean over the first rows. */
  readonly gates: Float32Array;
}

/** Puts the parts of each member behind one another: [member, part 1], [member, part 2], … → [member, parts]. */
export const perMember = (parts: readonly Float32Array[], members: number): Float32Array => {
  const sizes = parts.map(({ length }) => length / members);
  const width = sizes.reduce((sum, size) => sum + size, 0);
  const all = new Float32Array(members * width);
  let at = 0;
  parts.forEach((part, i) => {
    const size = sizes[i]!;
    for (let member = 0; member < members; member++)
      all.set(part.subarray(member * size, (member + 1) * size), member * width + at);
    at += size;
  });
  return all;
};

const meanOfFirst = (gate: Tensor, rows: number): Tensor => gate.slice([0, 0], [rows, gate.shape[1]!]).mean(0);

/**
 * Answers, weights and gates on these rows, [rows, inputs].
 *
 * @param first rows over which gates are averaged.
 */
export const lookInside = async (
  module: Module,
  members: number,
  x: NamedTensor,
  first: number,
  backend: Backend,
): Promise<Look<Seen> & { readonly layers: readonly LayerShape[] }> => {
  let layers: readonly Layer[] = [];
  const look = await compileLook(module, members, x, backend, (parameters, rows) => {
    layers = readLayers(module, parameters, rows);
    return [
      applyModule(module, parameters, rows),
      ...layers.flatMap(({ weights }) => weights),
      ...layers.flatMap(({ gate }) => gate.map((each) => meanOfFirst(each, first))),
    ];
  });
  const matrices = layers.reduce((count, { weights }) => count + weights.length, 0);
  return {
    ...look,
    layers: layers.map(({ shape }) => shape),
    at: async (population) => {
      const [answers, ...rest] = await look.at(population);
      return {
        answers: answers!,
        weights: perMember(rest.slice(0, matrices), members),
        gates: perMember(rest.slice(matrices), members),
      };
    },
  };
};

/** What every node gives for these rows: [member, row, node], layer after layer. */
export const lookAtNodes = async (
  module: Module,
  members: number,
  x: NamedTensor,
  backend: Backend,
): Promise<Look<readonly Float32Array[]>> =>
  compileLook(module, members, x, backend, (parameters, rows) => values(module, parameters, rows));
