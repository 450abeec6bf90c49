import { ArgumentError, GraphError } from '../errors.ts';
import { withLine, withScopePath } from '../tensor/provenance.ts';
import { showShape } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { inputName, type Graph, type Node } from './graph.ts';

/** Runs `body`; what it makes has the scope and the line of a node. */
export const madeAs = <T>({ scope, line }: Node, body: () => T): T => withScopePath(scope, () => withLine(line, body));

/** Makes the same node again in the current trace, from inputs of the same shapes; scope and line are kept. */
export const remake = ({ op, attrs, shape, scope, line }: Node, inputs: readonly Tensor[]): Tensor =>
  new Tensor(op, inputs, attrs, shape, scope, line);

/** Copies a graph into the current trace, with the given tensors as its inputs. */
export const instantiate = (graph: Graph, args: readonly Tensor[]): readonly Tensor[] => {
  if (graph.population !== undefined)
    throw new GraphError('A graph with a population cannot be used inside another graph; expand it with expandPopulation first.');
  if (args.length !== graph.inputs.length)
    throw new ArgumentError(`The graph takes ${graph.inputs.length} inputs, but ${args.length} were given.`);
  const tensors = new Array<Tensor>(graph.nodes.length);
  graph.inputs.forEach((id, i) => {
    const wanted = graph.nodes[id]!.shape;
    const given = args[i]!;
    if (showShape(given.shape) !== showShape(wanted)) {
      throw new ArgumentError(
        `Input "${inputName(graph, i)}" has shape ${showShape(wanted)}, but a tensor of shape ${showShape(given.shape)} was given.`,
      );
    }
    tensors[id] = given;
  });
  graph.nodes.forEach((node, id) => {
    tensors[id] ??= remake(
      node,
      node.inputs.map((input) => tensors[input]!),
    );
  });
  return graph.outputs.map((id) => tensors[id]!);
};
