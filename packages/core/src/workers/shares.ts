import { inputShape, outputShape, type Graph } from '../graph/graph.ts';
import { sizeOf, type Shape } from '../tensor/shape.ts';

/** Where the values of one worker lie among those of a tensor, in row-major order. */
export interface Place {
  readonly start: number;
  readonly end: number;
  /** Shape of the values of this worker. */
  readonly shape: Shape;
}

/** What one worker computes of a graph. */
export interface Share {
  readonly worker: number;
  readonly graph: Graph;
  /** Members from `first` to before `last`; both 0 for a graph without a population. */
  readonly first: number;
  readonly last: number;
  readonly inputs: readonly Place[];
  readonly outputs: readonly Place[];
}

const whole = (shape: Shape): Place => ({ start: 0, end: sizeOf(shape), shape });

const rows = (shape: Shape, first: number, last: number): Place => {
  const size = sizeOf(shape.slice(1));
  return { start: first * size, end: last * size, shape: [last - first, ...shape.slice(1)] };
};

/**
 * Divides a graph among workers: a population into contiguous shares whose sizes differ by at most one, one for each worker as
 * long as there are members; a graph without a population goes to the first worker whole.
 */
export const sharesOf = (graph: Graph, workers: number): readonly Share[] => {
  const inputs = graph.inputs.map((_, i) => inputShape(graph, i));
  const outputs = graph.outputs.map((_, i) => outputShape(graph, i));
  const { population } = graph;
  if (population === undefined)
    return [{ worker: 0, graph, first: 0, last: 0, inputs: inputs.map(whole), outputs: outputs.map(whole) }];
  const { members, mapped } = population;
  const count = Math.min(workers, members);
  return Array.from({ length: count }, (_, worker) => {
    const first = Math.floor((worker * members) / count);
    const last = Math.floor(((worker + 1) * members) / count);
    return {
      worker,
      graph: { ...graph, population: { members: last - first, mapped } },
      first,
      last,
      inputs: inputs.map((shape, i) => (mapped[i] ? rows(shape, first, last) : whole(shape))),
      outputs: outputs.map((shape) => rows(shape, first, last)),
    };
  });
};
