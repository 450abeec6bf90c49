import type { Backend } from '@nalu/core';
import { inputShape, trace, type FloatArray, type Graph } from '@nalu/core/graph';

export const wave = (count: number, scale: number, phase: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => scale * Math.sin(1.7 * i + phase + 0.001 * i * i));

export const productGraph = (
  a: readonly number[],
  b: readonly number[],
  options?: { transposeA?: boolean; transposeB?: boolean },
): Graph =>
  trace(
    [
      { name: 'a', shape: a },
      { name: 'b', shape: b },
    ],
    (x, y) => [x!.matmul(y!, options)],
  );

/** Compiles a graph, runs it once, and frees everything. */
export const runOnce = async (backend: Backend, graph: Graph, inputs: readonly FloatArray[]): Promise<FloatArray[]> => {
  const executable = await backend.compile(graph);
  const buffers = inputs.map((input, i) => backend.upload(input, inputShape(graph, i)));
  const outputs = executable.run(buffers);
  const arrays = await backend.read(...outputs);
  for (const buffer of [...buffers, ...outputs]) backend.free(buffer);
  executable.dispose();
  return arrays;
};
