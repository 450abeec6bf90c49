import { GRAPH_VERSION, type Graph, type Node } from '@nalu/core/graph';

const shifted = (node: Node, by: number): Node => ({ ...node, inputs: node.inputs.map((id) => id + by) });

/** Several graphs, none with a population, as one: all inputs in order, then all outputs. */
export const sideBySide = (graphs: readonly Graph[]): Graph => {
  const nodes: Node[] = [];
  const inputs: number[] = [];
  const outputs: number[] = [];
  for (const graph of graphs) {
    const by = nodes.length;
    nodes.push(...graph.nodes.map((node) => shifted(node, by)));
    inputs.push(...graph.inputs.map((id) => id + by));
    outputs.push(...graph.outputs.map((id) => id + by));
  }
  return { version: GRAPH_VERSION, nodes, inputs, outputs };
};
