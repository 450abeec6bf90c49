import type { Graph } from '../graph/graph.ts';
import { coneOf } from './storage.ts';

/** A graph with the decisions about it. */
export interface Decided {
  readonly graph: Graph;
  /** Matrix products that a library computes. */
  readonly isLibrary: (node: number) => boolean;
  /** Nodes whose values lie in memory, besides inputs and constants. */
  readonly stored: ReadonlySet<number>;
}

/** The node whose memory holds a node's elements in the same order. */
export const memoryNode = (graph: Graph, id: number): number => {
  let at = id;
  while (graph.nodes[at]!.op === 'reshape' || graph.nodes[at]!.op === 'stopGradient') at = graph.nodes[at]!.inputs[0]!;
  return at;
};

/** The first round in which each node's value can be computed: one after everything that it reads from memory. */
export const levelsOf = ({ graph, isLibrary, stored }: Decided): ((node: number) => number) => {
  const levels = new Map<number, number>();
  const levelOf = (id: number): number => levels.get(id) ?? 0;
  // Inputs come before their readers, so that theirs is known.
  graph.nodes.forEach((node, id) => {
    if (node.op === 'pick') levels.set(id, levelOf(node.inputs[0]!));
    else if (node.op === 'scan' || stored.has(id)) {
      const reads =
        node.op === 'scan' || isLibrary(id)
          ? node.inputs.map((input) => memoryNode(graph, input))
          : [...coneOf(graph, id, (each) => each !== id && stored.has(each)).read];
      levels.set(id, 1 + Math.max(0, ...reads.map(levelOf)));
    }
  });
  return levelOf;
};
