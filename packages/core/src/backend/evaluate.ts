import { graphKey } from '../graph/hash.ts';
import { trace } from '../graph/trace.ts';
import type { FloatArray } from '../ops/row.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { toTensorData, type NumericArray, type TensorData } from './arrays.ts';
import type { Backend, DeviceBuffer, Executable, Precision } from './contract.ts';
import { outputShape } from '../graph/graph.ts';

/** Compiled graphs kept per backend; beyond this, the one used longest ago is disposed. */
const CACHE_LIMIT = 64;

const caches = new WeakMap<Backend, Map<string, Promise<Executable>>>();

const cacheOf = (backend: Backend): Map<string, Promise<Executable>> => {
  const known = caches.get(backend);
  if (known !== undefined) return known;
  const fresh = new Map<string, Promise<Executable>>();
  caches.set(backend, fresh);
  return fresh;
};

const cached = (backend: Backend, key: string, compile: () => Promise<Executable>): Promise<Executable> => {
  const cache = cacheOf(backend);
  const executable = cache.get(key) ?? compile();
  // Reinserting keeps the map in order of use.
  cache.delete(key);
  cache.set(key, executable);
  executable.catch(() => cache.delete(key));
  if (cache.size > CACHE_LIMIT) {
    const [oldest, stale] = cache.entries().next().value!;
    cache.delete(oldest);
    void stale.then(
      (unused) => unused.dispose(),
      () => {},
    );
  }
  return executable;
};

const inPrecision = (data: FloatArray, precision: Precision): FloatArray => {
  if (precision === 'f64') return data instanceof Float64Array ? data : Float64Array.from(data);
  return data instanceof Float32Array ? data : Float32Array.from(data);
};

/** A function of symbolic tensors that returns one tensor or several. */
export type TensorFunction = (...inputs: Tensor[]) => Tensor | readonly Tensor[];

/**
 * Computes f on a backend: traces it, compiles the graph (cached by its structure, not by the function), and runs it. There
 * is no other eager mode. Float64Arrays everywhere (or plain numbers) on a backend with f64 can be computed in f64 with
 * `evaluateIn('f64', …)`; the default is f32.
 *
 * @returns one result per output, with its shape.
 */
export const evaluateIn = async (
  precision: Precision,
  backend: Backend,
  f: TensorFunction,
  ...arrays: readonly NumericArray[]
): Promise<readonly TensorData[]> => {
  const data = arrays.map(toTensorData);
  const graph = trace(
    data.map(({ shape }, i) => ({ name: `x${i}`, shape })),
    (...inputs) => {
      const result = f(...inputs);
      return Array.isArray(result) ? (result as readonly Tensor[]) : [result as Tensor];
    },
    'evaluate',
  );
  const executable = await cached(backend, `${precision} ${graphKey(graph)}`, () => backend.compile(graph, { precision }));
  const owned: DeviceBuffer[] = [];
  try {
    for (const { data: values, shape } of data) owned.push(backend.upload(inPrecision(values, precision), shape));
    const outputs = executable.run(owned);
    owned.push(...outputs);
    const values = await backend.read(...outputs);
    return values.map((value, i) => ({ data: value, shape: outputShape(graph, i) }));
  } finally {
    owned.forEach((buffer) => backend.free(buffer));
  }
};

/** Computes f on a backend in f32. See `evaluateIn`. */
export const evaluate = (
  backend: Backend,
  f: TensorFunction,
  ...arrays: readonly NumericArray[]
): Promise<readonly TensorData[]> => evaluateIn('f32', backend, f, ...arrays);
