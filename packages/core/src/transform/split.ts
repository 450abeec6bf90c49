import type { Graph, Node } from '../graph/graph.ts';
import { remake } from '../graph/instantiate.ts';
import { inputSpecs, retrace } from '../graph/rewrite.ts';
import { isView } from '../graph/views.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** A graph in two parts. */
export interface SplitGraph {
  /** Computes from the first inputs what depends on no others. */
  readonly early: Graph;
  /** Computes the rest. Inputs: the first ones of the whole, the outputs of `early`, and the others of the whole. */
  readonly late: Graph;
}

const isLeaf = (node: Node): boolean => node.op === 'constant' || node.op === 'iota' || node.op === 'input';

/** Which nodes depend on the first inputs at most. */
const earlyNodes = (graph: Graph, count: number): readonly boolean[] => {
  const first = new Set(graph.inputs.slice(0, count));
  const flags: boolean[] = [];
  graph.nodes.forEach((node, id) => {
    flags[id] = node.op === 'input' ? first.has(id) : node.inputs.every((input) => flags[input]);
  });
  return flags;
};

/** What is still needed when the movable nodes are given. */
const neededNodes = (graph: Graph, movable: readonly boolean[]): readonly boolean[] => {
  const needed = new Array<boolean>(graph.nodes.length).fill(false);
  for (const id of graph.outputs) needed[id] = true;
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    if (needed[id] && !movable[id]) for (const input of graph.nodes[id]!.inputs) needed[input] = true;
  }
  return needed;
};

/** Traces the wanted nodes of a graph anew, from the nodes that are given as inputs. */
const part = (
  graph: Graph,
  specs: Parameters<typeof retrace>[0],
  given: readonly number[],
  isWanted: (id: number) => boolean,
  outputs: readonly number[],
): Graph =>
  retrace(specs, (...args) => {
    const tensors = new Array<Tensor>(graph.nodes.length);
    given.forEach((id, i) => {
      tensors[id] = args[i]!;
    });
    graph.nodes.forEach((node, id) => {
      if (!isWanted(id)) return;
      tensors[id] ??= remake(
        node,
        node.inputs.map((input) => tensors[input]!),
      );
    });
    return outputs.map((id) => tensors[id]!);
  });

/** Splits a graph behind its first `count` inputs. Leaves and views are in both parts: they cost nothing. */
export const splitGraph = (graph: Graph, count: number): SplitGraph => {
  const isEarly = earlyNodes(graph, count);
  const movable = graph.nodes.map((node, id) => isEarly[id]! && !isLeaf(node) && !isView(node));
  const needed = neededNodes(graph, movable);
  const moved = graph.nodes.flatMap((_, id) => (needed[id] && movable[id] ? [id] : []));
  const specs = inputSpecs(graph);
  const first = graph.inputs.slice(0, count);
  const movedSpecs = moved.map((id, i) => ({ name: `early${i}`, shape: graph.nodes[id]!.shape }));
  return {
    early: part(graph, specs.slice(0, count), first, (id) => isEarly[id]!, moved),
    late: part(
      graph,
      [...specs.slice(0, count), ...movedSpecs, ...specs.slice(count)],
      [...first, ...moved, ...graph.inputs.slice(count)],
      (id) => needed[id]! && !movable[id],
      graph.outputs,
    ),
  };
};
