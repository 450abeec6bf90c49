import { backendFromKernels } from '../src/backend.ts';
import type { Backend } from '../src/index.ts';
import { interpret, trace, type FloatArray, type Graph } from '../src/graph.ts';
import type { Shape } from '../src/tensor/shape.ts';
import type { Tensor } from '../src/tensor/tensor.ts';

/** A backend of reference kernels only. */
export const referenceBackend = (): Backend => backendFromKernels({ name: 'reference', device: 'host', runtime: 'node' }, {});

export const graphOf = (shapes: readonly Shape[], f: (...inputs: Tensor[]) => Tensor | readonly Tensor[]): Graph =>
  trace(
    shapes.map((shape, i) => ({ name: `x${i}`, shape })),
    (...inputs) => {
      const result = f(...inputs);
      return Array.isArray(result) ? (result as readonly Tensor[]) : [result as Tensor];
    },
  );

export const f64 = (...values: readonly number[]): Float64Array => Float64Array.from(values);

/** Runs a function in f64 on the oracle. */
export const run = (
  shapes: readonly Shape[],
  inputs: readonly FloatArray[],
  f: (...inputs: Tensor[]) => Tensor | readonly Tensor[],
): number[][] => interpret(graphOf(shapes, f), inputs).map((values) => Array.from(values));
