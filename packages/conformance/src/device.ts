import type { Backend, DeviceBuffer, Executable, Precision } from '@nalu/core/backend';
import { inputShape, type FloatArray, type Graph } from '@nalu/core/graph';
import { sideBySide } from './graphs/sideBySide.ts';
import { arrayOf } from './oracle/numbers.ts';

/** Uploads the inputs, runs an executable once, reads the outputs, and frees everything. */
export const runExecutable = async (
  backend: Backend,
  executable: Executable,
  graph: Graph,
  inputs: readonly ArrayLike<number>[],
  precision: Precision = 'f32',
): Promise<readonly FloatArray[]> => {
  const owned: DeviceBuffer[] = [];
  try {
    inputs.forEach((input, i) => owned.push(backend.upload(arrayOf(input, precision), inputShape(graph, i))));
    const outputs = executable.run([...owned]);
    owned.push(...outputs);
    return await backend.read(...outputs);
  } finally {
    owned.forEach((buffer) => backend.free(buffer));
  }
};

/** Compiles a graph, runs `use` with the executable, and disposes it. */
export const withExecutable = async <T>(
  backend: Backend,
  graph: Graph,
  use: (executable: Executable) => Promise<T>,
  precision: Precision = 'f32',
): Promise<T> => {
  const executable = await backend.compile(graph, { precision });
  try {
    return await use(executable);
  } finally {
    executable.dispose();
  }
};

/** Compiles and runs a graph once; nothing stays behind on the backend. */
export const runGraph = (
  backend: Backend,
  graph: Graph,
  inputs: readonly ArrayLike<number>[],
  precision: Precision = 'f32',
): Promise<readonly FloatArray[]> =>
  withExecutable(backend, graph, (executable) => runExecutable(backend, executable, graph, inputs, precision), precision);

/** A graph and what to run it on, once or several times. */
export interface Call {
  readonly graph: Graph;
  /** The inputs of every run. */
  readonly rounds: readonly (readonly ArrayLike<number>[])[];
}

/** So many graphs become one executable. Larger ones take a GPU's compiler longer than the graphs do one by one. */
const TOGETHER = 16;

/** The outputs of every round, graph by graph. */
const runPart = (
  backend: Backend,
  calls: readonly Call[],
  precision: Precision,
): Promise<readonly (readonly (readonly FloatArray[])[])[]> => {
  const together = sideBySide(calls.map(({ graph }) => graph));
  return withExecutable(
    backend,
    together,
    async (executable) => {
      const results = calls.map((): (readonly FloatArray[])[] => []);
      for (const round of calls[0]!.rounds.keys()) {
        const inputs = calls.flatMap(({ rounds }) => rounds[round]!);
        const outputs = await runExecutable(backend, executable, together, inputs, precision);
        let from = 0;
        calls.forEach(({ graph }, i) => results[i]!.push(outputs.slice(from, (from += graph.outputs.length))));
      }
      return results;
    },
    precision,
  );
};

/**
 * Runs graphs that have nothing to do with one another, each the same number of times, many in one executable: on a GPU,
 * compiling a kernel takes a hundred times longer than running it.
 *
 * @returns for each call, the outputs of every round
 */
export const runSideBySide = async (
  backend: Backend,
  calls: readonly Call[],
  precision: Precision = 'f32',
): Promise<readonly (readonly (readonly FloatArray[])[])[]> => {
  const results: (readonly (readonly FloatArray[])[])[] = [];
  for (let at = 0; at < calls.length; at += TOGETHER)
    results.push(...(await runPart(backend, calls.slice(at, at + TOGETHER), precision)));
  return results;
};
