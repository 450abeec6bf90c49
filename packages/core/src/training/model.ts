import type { NumericArray, TensorData } from '../backend/arrays.ts';
import { checkBackend } from '../backend/checkBackend.ts';
import type { Backend, DeviceBuffer, Executable, Precision } from '../backend/contract.ts';
import { freeAll } from '../backend/freeAll.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../checkpoint/checkpoint.ts';
import { checkSameModule, describeModule } from '../checkpoint/description.ts';
import { ArgumentError, CheckpointError, DisposedError } from '../errors.ts';
import { readFormula, type Formula, type FormulaOptions } from '../formula/readFormula.ts';
import { trace } from '../graph/trace.ts';
import { applyModule } from '../modules/apply.ts';
import type { Module } from '../modules/contract.ts';
import { listParams, unflatten } from '../modules/tree.ts';
import { allocators } from '../backend/interpret.ts';
import type { FloatArray } from '../ops/row.ts';
import { checkOptionNames } from '../options.ts';
import { checkedMatrix } from './data.ts';
import { toPrecision } from './pool.ts';
import type { Json, NamedTensor } from './snapshot.ts';

/** Parameters of one member by path. */
export type Parameters = ReadonlyMap<string, NamedTensor>;

/** A module with parameters, ready to predict. */
export interface Model {
  readonly module: Module;
  readonly backend: Backend;
  readonly precision: Precision;
  /** As stored, by path; `module.form` gives the weights that layers use. */
  readonly parameters: Parameters;
  /** What `save` writes beside the parameters. */
  readonly metadata: { readonly [key: string]: Json };
  /**
   * x [rows, inputs] → [rows, outputs].
   *
   * @throws DataError for rows that do not fit the module or are not finite.
   */
  predict(x: NumericArray): Promise<TensorData>;
  /**
   * What the model stands for: weights, gates, and the exact and the rounded formula, each with its error on these rows. The
   * error of the model itself is that of its predictions on its backend.
   */
  formula(x: NumericArray, y: NumericArray, options?: Omit<FormulaOptions, 'predictions'>): Promise<Formula>;
  /** A checkpoint: a safetensors file with the parameters. */
  save(): Uint8Array<ArrayBuffer>;
  /** Frees what the model holds on its backend. Idempotent. */
  dispose(): void;
}

export interface ModelOptions {
  readonly module: Module;
  readonly backend: Backend;
  readonly parameters: Parameters;
  /** Default: 'f32'. */
  readonly precision?: Precision;
  readonly metadata?: { readonly [key: string]: Json };
}

/** Numbers in an array of one call, in the widest layer, where that allows MIN_ROWS. */
const MAX_NUMBERS = 2 ** 18;
const MIN_ROWS = 1024;

/** Most rows per call. */
const mostRows = ({ inputs, outputs, params }: Module): number => {
  const width = Math.max(inputs, outputs, ...listParams(params).flatMap(({ spec }) => spec.shape));
  return Math.max(MIN_ROWS, 2 ** Math.floor(Math.log2(MAX_NUMBERS / width)));
};

/** Powers of two, so that few graphs are compiled. */
const blockSize = (most: number, rows: number): number => Math.min(most, 2 ** Math.ceil(Math.log2(rows)));

/** Rows, filled up to a block with copies of the first: any row that is surely in the module's domain. */
const filled = (rows: FloatArray, columns: number, block: number, make: (length: number) => FloatArray): FloatArray => {
  const length = block * columns;
  if (rows.length === length) return rows;
  const out = make(length);
  out.set(rows);
  for (let i = rows.length; i < length; i++) out[i] = rows[i % columns]!;
  return out;
};

const predictionGraph = (module: Module, rows: number) => {
  const params = listParams(module.params);
  const specs = params.map(({ path, spec }) => ({ name: path, shape: spec.shape }));
  return trace(
    [...specs, { name: 'x', shape: [rows, module.inputs] }],
    (...tensors) => [applyModule(module, unflatten(module.params, tensors.slice(0, params.length)), tensors.at(-1)!)],
    'prediction',
  );
};

/** A model from parameters, by path. */
export const createModel = (given: ModelOptions): Model => {
  const names = { module: true, backend: true, parameters: true, precision: true, metadata: true } as const;
  const { module, backend, parameters, precision = 'f32', metadata = {} } = checkOptionNames('createModel', given, names);
  checkSameModule(
    { ...describeModule(module), params: [...parameters].map(([path, { shape }]) => ({ path, shape })) },
    describeModule(module),
  );
  const make = (data: ArrayLike<number>): FloatArray => toPrecision(data, precision);
  const most = mostRows(module);
  const compiled = new Map<number, Promise<Executable>>();
  let uploaded: readonly DeviceBuffer[] | undefined;
  let disposed = false;

  const executable = (rows: number): Promise<Executable> => {
    const known = compiled.get(rows);
    if (known !== undefined) return known;
    const fresh = backend.compile(predictionGraph(module, rows), { precision });
    compiled.set(rows, fresh);
    // What failed is tried again the next time.
    fresh.catch(() => compiled.delete(rows));
    return fresh;
  };

  const assertLive = (): void => {
    if (disposed)
      throw new DisposedError(
        'This model was disposed. Keep it until the last prediction, or load it again from its checkpoint.',
      );
  };

  const predictBlock = async (x: FloatArray, rows: number): Promise<FloatArray> => {
    const run = await executable(rows);
    assertLive();
    uploaded ??= listParams(module.params).map(({ path, spec }) => backend.upload(make(parameters.get(path)!.data), spec.shape));
    const input = backend.upload(x, [rows, module.inputs]);
    const owned = [input];
    try {
      const [output] = run.run([...uploaded, input]);
      owned.push(output!);
      return (await backend.read(output!))[0]!;
    } finally {
      owned.forEach((buffer) => backend.free(buffer));
    }
  };

  const predict: Model['predict'] = async (value) => {
    assertLive();
    const { data, shape } = checkedMatrix('x', value, module.inputs, 'inputs', precision);
    const rows = shape[0]!;
    const { inputs, outputs } = module;
    const block = blockSize(most, rows);
    const blocks: FloatArray[] = [];
    for (let start = 0; start < rows; start += block) {
      const end = Math.min(rows, start + block);
      const x = filled(data.subarray(start * inputs, end * inputs), inputs, block, allocators[precision]);
      blocks.push((await predictBlock(x, block)).subarray(0, (end - start) * outputs));
    }
    const out = blocks.length === 1 ? blocks[0]! : allocators[precision](rows * outputs);
    if (blocks.length > 1) blocks.forEach((each, i) => out.set(each, i * block * outputs));
    return { data: out, shape: [rows, module.outputs] };
  };

  return {
    module,
    backend,
    precision,
    parameters,
    metadata,
    predict,
    formula: async (x, y, options) => readFormula({ module, parameters }, x, y, { ...options, predictions: await predict(x) }),
    save: () =>
      encodeCheckpoint({
        kind: 'nalu model',
        module: describeModule(module),
        metadata: { ...metadata, precision },
        tensors: parameters,
      }),
    dispose: () => {
      if (disposed) return;
      disposed = true;
      freeAll(backend, uploaded ?? []);
      for (const each of compiled.values())
        void each.then(
          (executableToFree) => executableToFree.dispose(),
          () => {},
        );
    },
  };
};

export interface LoadOptions {
  /** Built as it was when the model was saved. */
  readonly module: Module;
  readonly backend: Backend;
}

/**
 * A model from a checkpoint that `save` wrote.
 *
 * @throws CheckpointError for a damaged file, or one of another module.
 */
export const loadModel = (bytes: Uint8Array, given: LoadOptions): Model => {
  const { module, backend } = checkOptionNames('loadModel', given, { module: true, backend: true });
  checkBackend('loadModel', backend);
  const checkpoint = decodeCheckpoint(bytes, 'nalu model');
  checkSameModule(checkpoint.module, describeModule(module));
  const { precision, ...metadata } = checkpoint.metadata;
  if (precision !== 'f32' && precision !== 'f64')
    throw new CheckpointError(`The checkpoint names no precision that Nalu knows, but ${JSON.stringify(precision)}.`);
  if (!backend.info.precisions.includes(precision)) {
    throw new ArgumentError(
      `The model was trained in ${precision}, but the backend "${backend.info.name}" computes in ${backend.info.precisions.join(' and ')}. Load it on another backend.`,
    );
  }
  for (const [path, { data }] of checkpoint.tensors) {
    if (!toPrecision(data, precision).every(Number.isFinite))
      throw new CheckpointError(`The checkpoint's parameter "${path}" holds numbers that are too large for ${precision}.`);
  }
  return createModel({ module, backend, parameters: checkpoint.tensors, precision, metadata });
};
