import type { Backend, DeviceBuffer, Executable, Precision } from '@nalu/core/backend';
import { inputShape, type FloatArray, type Graph } from '@nalu/core/graph';
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
