import type { Graph, NodeOf } from '../graph/graph.ts';
import { instantiate, madeAs, remake } from '../graph/instantiate.ts';
import { inputSpecs, retrace } from '../graph/rewrite.ts';
import { makeTensor, type Tensor } from '../tensor/tensor.ts';
import { splitGraph } from './split.ts';

const hoistFromScan = (node: NodeOf<'scan'>, inputs: readonly Tensor[]): Tensor => {
  const { constants } = node.attrs;
  const { early, late } = splitGraph(hoistInvariants(node.attrs.body), constants);
  const fixed = inputs.slice(0, constants);
  return makeTensor('scan', [...fixed, ...instantiate(early, fixed), ...inputs.slice(constants)], {
    ...node.attrs,
    body: late,
    constants: constants + early.outputs.length,
  });
};

/**
 * The same computation with everything that does not change from step to step taken out of the bodies of scans, inner loops
 * first: it is computed once, before the loop. No result changes by a bit.
 */
export const hoistInvariants = (graph: Graph): Graph => {
  if (!graph.nodes.some((node) => node.op === 'scan')) return graph;
  const hoisted = retrace(inputSpecs(graph), (...inputs) => {
    const tensors = new Array<Tensor>(graph.nodes.length);
    graph.inputs.forEach((id, i) => {
      tensors[id] = inputs[i]!;
    });
    graph.nodes.forEach((node, id) => {
      const args = node.inputs.map((input) => tensors[input]!);
      tensors[id] ??= node.op === 'scan' ? madeAs(node, () => hoistFromScan(node as NodeOf<'scan'>, args)) : remake(node, args);
    });
    return graph.outputs.map((id) => tensors[id]!);
  });
  return graph.population === undefined ? hoisted : { ...hoisted, population: graph.population };
};
