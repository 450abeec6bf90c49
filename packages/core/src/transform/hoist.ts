import type { Graph, Node, NodeOf } from '../graph/graph.ts';
import { madeAs, remake } from '../graph/instantiate.ts';
import { inputSpecs, retrace } from '../graph/rewrite.ts';
import { isView } from '../graph/views.ts';
import { makeTensor, type Tensor } from '../tensor/tensor.ts';

const isLeaf = (node: Node): boolean => node.op === 'constant' || node.op === 'iota' || node.op === 'input';

/** Which nodes of a scan's body have the same value in every step. */
const invariantNodes = (body: Graph, constants: number): readonly boolean[] => {
  const fixed = new Set(body.inputs.slice(0, constants));
  const flags: boolean[] = [];
  body.nodes.forEach((node, id) => {
    flags[id] = node.op === 'input' ? fixed.has(id) : node.inputs.every((input) => flags[input]);
  });
  return flags;
};

/** What the body still needs when the movable nodes are given to it. Leaves and views stay inside, where they cost nothing. */
const neededNodes = (body: Graph, movable: readonly boolean[]): readonly boolean[] => {
  const needed = new Array<boolean>(body.nodes.length).fill(false);
  for (const id of body.outputs) needed[id] = true;
  for (let id = body.nodes.length - 1; id >= 0; id--) {
    if (needed[id] && !movable[id]) for (const input of body.nodes[id]!.inputs) needed[input] = true;
  }
  return needed;
};

const hoistFromScan = (node: NodeOf<'scan'>, inputs: readonly Tensor[]): Tensor => {
  const { constants } = node.attrs;
  const body = hoistInvariants(node.attrs.body);
  const invariant = invariantNodes(body, constants);
  const movable = body.nodes.map((each, id) => invariant[id]! && !isLeaf(each) && !isView(each));
  const needed = neededNodes(body, movable);
  const frontier = body.nodes.map((_, id) => id).filter((id) => needed[id] && movable[id]);
  if (frontier.length === 0) return makeTensor('scan', inputs, { ...node.attrs, body });
  const outside = new Array<Tensor>(body.nodes.length);
  body.inputs.slice(0, constants).forEach((id, i) => {
    outside[id] = inputs[i]!;
  });
  body.nodes.forEach((each, id) => {
    if (!invariant[id] || outside[id] !== undefined) return;
    outside[id] = remake(
      each,
      each.inputs.map((input) => outside[input]!),
    );
  });
  const specs = inputSpecs(body);
  const moved = frontier.map((id, i) => ({ name: `hoisted${i}`, shape: body.nodes[id]!.shape }));
  const rest = retrace([...specs.slice(0, constants), ...moved, ...specs.slice(constants)], (...args) => {
    const inside = new Array<Tensor>(body.nodes.length);
    body.inputs.forEach((id, i) => {
      inside[id] = args[i < constants ? i : i + frontier.length]!;
    });
    frontier.forEach((id, i) => {
      inside[id] = args[constants + i]!;
    });
    body.nodes.forEach((each, id) => {
      if (movable[id] || !needed[id]) return;
      inside[id] ??= remake(
        each,
        each.inputs.map((input) => inside[input]!),
      );
    });
    return body.outputs.map((id) => inside[id]!);
  });
  return makeTensor('scan', [...inputs.slice(0, constants), ...frontier.map((id) => outside[id]!), ...inputs.slice(constants)], {
    ...node.attrs,
    body: rest,
    constants: constants + frontier.length,
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
