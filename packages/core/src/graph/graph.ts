import type { OpAttrs, OpName } from '../ops/attrs.ts';
import type { Shape } from '../tensor/shape.ts';

/** The version of the graph format. A reader refuses newer ones. */
export const GRAPH_VERSION = 1;

export interface NodeOf<K extends OpName> {
  readonly op: K;
  /** Indices of earlier nodes. */
  readonly inputs: readonly number[];
  readonly attrs: OpAttrs[K];
  /** For `scan`, which has several results, the shape is `[]` and means nothing; `pick` has the shape of the result. */
  readonly shape: Shape;
  /** Path of module scopes, such as `nalu/gate`. Empty outside any module. */
  readonly scope: string;
  /** Where in the user's source the node was made (`file:line:column`), or empty. */
  readonly line: string;
}

/** One operation of a graph, with its attributes typed by its op. */
export type Node = { readonly [K in OpName]: NodeOf<K> }[OpName];

/** The graph is written for one member and runs for `members` of them. */
export interface Population {
  readonly members: number;
  /** Per graph input: true when it has a leading member axis, false when all members share it. */
  readonly mapped: readonly boolean[];
}

/**
 * A computation as plain data: versioned, structured-cloneable, immutable. Nodes are in topological order. With a
 * `population`, shapes inside are those of one member; mapped inputs and all outputs have a leading member axis outside.
 */
export interface Graph {
  readonly version: typeof GRAPH_VERSION;
  readonly nodes: readonly Node[];
  /** Nodes with op `input`, in the order in which arrays are passed. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly population?: Population;
}

/** Shape of a graph input as the caller passes it: with the member axis where the input is mapped. */
export const inputShape = (graph: Graph, index: number): Shape => {
  const { shape } = graph.nodes[graph.inputs[index]!]!;
  return graph.population?.mapped[index] ? [graph.population.members, ...shape] : shape;
};

/** Shape of a graph output as the caller receives it: with the member axis when the graph has a population. */
export const outputShape = (graph: Graph, index: number): Shape => {
  const { shape } = graph.nodes[graph.outputs[index]!]!;
  return graph.population ? [graph.population.members, ...shape] : shape;
};

export const inputName = (graph: Graph, index: number): string => {
  const node = graph.nodes[graph.inputs[index]!]!;
  return node.op === 'input' ? node.attrs.name : `#${index}`;
};
