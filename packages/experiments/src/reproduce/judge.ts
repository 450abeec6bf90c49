import {
  applyModule,
  constrainedWeights,
  listParams,
  lossValue,
  unflatten,
  type Backend,
  type Module,
  type NamedTensor,
  type Rows,
  type Tensor,
} from '@nalu/core';
import { trace, vectorize } from '@nalu/core/graph';
import type { TestSet } from './experiment.ts';
import type { Population } from './population.ts';

/** What a test set says about each member of a population. */
export interface Verdict {
  /** Per member. */
  readonly errors: Float64Array;
  /** Per row, averaged over members whose error is finite; undefined unless the test set asks for it. */
  readonly curve: Float64Array | undefined;
}

/** Computes the errors of populations on one test set. */
export interface Judge {
  judge(population: Population): Promise<Verdict>;
  dispose(): void;
}

const f32 = ({ data }: NamedTensor): Float32Array => Float32Array.from(data);

const runOnce = async (
  backend: Backend,
  inputs: readonly NamedTensor[],
  run: (buffers: readonly ReturnType<Backend['upload']>[]) => readonly ReturnType<Backend['upload']>[],
): Promise<readonly ArrayLike<number>[]> => {
  const uploaded = inputs.map((tensor) => backend.upload(f32(tensor), tensor.shape));
  const results = run(uploaded);
  try {
    return await backend.read(...results);
  } finally {
    for (const buffer of [...uploaded, ...results]) backend.free(buffer);
  }
};

const averageCurve = (perRow: ArrayLike<number>, errors: Float64Array, rows: number): Float64Array => {
  const finite = Array.from(errors.keys()).filter((member) => Number.isFinite(errors[member]!));
  return Float64Array.from(
    { length: rows },
    (_, row) => finite.reduce((sum, member) => sum + perRow[member * rows + row]!, 0) / finite.length,
  );
};

const part = ({ shape, data }: NamedTensor, from: number, count: number): NamedTensor => {
  const columns = shape[1]!;
  return { shape: [count, columns], data: data.subarray(from * columns, (from + count) * columns) };
};

/** Compiles the judgement of a test set for populations of one size. Rows are shared by all members. */
export const newJudge = async (
  test: TestSet,
  trained: Module,
  members: number,
  backend: Backend,
  scale: number,
): Promise<Judge> => {
  const module = test.module ?? trained;
  const params = listParams(module.params);
  const { x, y }: Rows = test.rows(scale);
  const rows = x.shape[0]!;
  // A curve has all rows at once.
  const perCall = test.curve ? rows : Math.min(rows, test.rowsPerCall ?? rows);
  const inputs = [
    ...params.map(({ path, spec }) => ({ name: path, shape: spec.shape })),
    { name: 'x', shape: [perCall, x.shape[1]!] },
    { name: 'y', shape: [perCall, y.shape[1]!] },
  ];
  const graph = trace(
    inputs,
    (...tensors) => {
      const tree = unflatten(module.params, tensors.slice(0, params.length));
      const target = tensors.at(-1)!;
      const prediction = applyModule(module, tree, tensors.at(-2)!);
      const error = lossValue(test.error, prediction, target);
      return test.curve ? [error, test.error.terms(prediction, target).mean(1)] : [error];
    },
    `errors on "${test.name}"`,
  );
  const executable = await backend.compile(
    vectorize(
      graph,
      members,
      inputs.map((_, i) => i < params.length),
    ),
  );
  return {
    judge: async (population) => {
      const values = params.map(({ path }) => population.get(path)!);
      const errors = new Float64Array(members);
      let perRow: ArrayLike<number> | undefined;
      for (let from = 0; from < rows; from += perCall) {
        const tensors = [...values, part(x, from, perCall), part(y, from, perCall)];
        const [means, each] = await runOnce(backend, tensors, (buffers) => executable.run(buffers));
        for (let member = 0; member < members; member++) errors[member]! += (means![member]! * perCall) / rows;
        perRow = each;
      }
      return { errors, curve: perRow && averageCurve(perRow, errors, rows) };
    },
    dispose: () => executable.dispose(),
  };
};

const distance = (weights: Tensor): Tensor => {
  const size = weights.abs();
  return size.min(size.neg().add(1).abs()).reduceMax();
};

/**
 * The sparsity error of each member: the largest distance of a weight, as its layer uses it, to −1, 0 or 1. Undefined for a module
 * whose weights cannot be read back.
 */
export const sparsityErrors = async (
  module: Module,
  population: Population,
  members: number,
  backend: Backend,
): Promise<Float64Array | undefined> => {
  const params = listParams(module.params);
  const inputs = params.map(({ path, spec }) => ({ name: path, shape: spec.shape }));
  let readable = true;
  const graph = trace(
    inputs,
    (...tensors) => {
      const distances = constrainedWeights(module, unflatten(module.params, tensors)).map(({ weights }) => distance(weights));
      readable = distances.length > 0;
      return [distances.reduce((most, each) => most.max(each), distances[0] ?? tensors[0]!.sum())];
    },
    'sparsity error',
  );
  if (!readable) return undefined;
  const executable = await backend.compile(
    vectorize(
      graph,
      members,
      inputs.map(() => true),
    ),
  );
  try {
    const values = params.map(({ path }) => population.get(path)!);
    const [errors] = await runOnce(backend, values, (buffers) => executable.run(buffers));
    return Float64Array.from(errors!);
  } finally {
    executable.dispose();
  }
};
