import { GraphError } from '../errors.ts';
import type { OpAttrs, OpName } from '../ops/attrs.ts';
import { Misfit, type OpRow } from '../ops/row.ts';
import { isOpName, ops } from '../ops/table.ts';
import { sameShape, showShape } from '../tensor/shape.ts';
import { GRAPH_VERSION, type Graph, type Node } from './graph.ts';

const bodiesOf = (node: Node): readonly Graph[] =>
  node.op === 'scan' ? [node.attrs.body] : node.op === 'call' ? [node.attrs.body, node.attrs.vjp] : [];

const verifyNode = (graph: Graph, node: Node, id: number): void => {
  const place = (): string => `Node ${id} (${String(node.op)}${node.line === '' ? '' : `, ${node.line}`})`;
  if (!isOpName(node.op)) throw new GraphError(`${place()}: this version of Nalu has no op of that name.`);
  const late = node.inputs.find((input) => !(Number.isInteger(input) && input >= 0 && input < id));
  if (late !== undefined)
    throw new GraphError(`${place()}: input ${late} does not come before it. Nodes must be in topological order.`);
  const row = ops[node.op] as unknown as OpRow<OpName>;
  const producers = node.inputs.map((input) => graph.nodes[input]!);
  try {
    const shape = row.shape(
      producers.map((producer) => producer.shape),
      node.attrs as OpAttrs[OpName],
      producers,
    );
    if (!sameShape(shape, node.shape))
      throw new GraphError(`${place()}: it claims shape ${showShape(node.shape)}, but its inputs give ${showShape(shape)}.`);
  } catch (error) {
    if (error instanceof Misfit) throw new GraphError(`${place()}: ${error.message}`);
    throw error;
  }
  bodiesOf(node).forEach(verify);
};

const verifyPopulation = ({ population, inputs }: Graph): void => {
  if (population === undefined) return;
  const { members, mapped } = population;
  if (!Number.isInteger(members) || members < 1)
    throw new GraphError(`A population needs at least one member; this graph has ${members}.`);
  if (mapped.length !== inputs.length)
    throw new GraphError(
      `The population says for ${mapped.length} inputs whether they are mapped, but the graph has ${inputs.length}.`,
    );
};

/**
 * Checks that a graph is well formed: version, topological order, known ops, shapes, inputs and outputs, bodies.
 *
 * @throws GraphError naming the node and what is wrong with it.
 */
export const verify = (graph: Graph): void => {
  if (graph.version !== GRAPH_VERSION) {
    throw new GraphError(
      `The graph has format version ${graph.version}; this version of Nalu reads version ${GRAPH_VERSION}. Use the Nalu that made it, or trace again.`,
    );
  }
  graph.nodes.forEach((node, id) => verifyNode(graph, node, id));
  const notInput = graph.inputs.find((id) => graph.nodes[id]?.op !== 'input');
  if (notInput !== undefined)
    throw new GraphError(`Node ${notInput} is listed as an input of the graph, but it is no input node.`);
  const unlisted = graph.nodes.findIndex((node, id) => node.op === 'input' && !graph.inputs.includes(id));
  if (unlisted >= 0) throw new GraphError(`Node ${unlisted} is an input node that the graph does not list among its inputs.`);
  const missing = graph.outputs.find((id) => graph.nodes[id] === undefined);
  if (missing !== undefined) throw new GraphError(`Output ${missing} is no node of the graph.`);
  verifyPopulation(graph);
};
