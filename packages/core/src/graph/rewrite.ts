import type { OpAttrs } from '../ops/attrs.ts';
import { withLine } from '../tensor/provenance.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { inputName, type Graph, type Node } from './graph.ts';
import { remake } from './instantiate.ts';
import { trace } from './trace.ts';

/** The graph's inputs as they are inside, without a member axis. */
export const inputSpecs = (graph: Graph): readonly { readonly name: string; readonly shape: readonly number[] }[] =>
  graph.inputs.map((id, i) => ({ name: inputName(graph, i), shape: graph.nodes[id]!.shape }));

/** Traces a graph that is made of another: what is new in it, inputs for instance, is no line of anybody's source. */
export const retrace: typeof trace = (...args) => withLine('', () => trace(...args));

/** Returns the replacement of a node, made from the replacements of its inputs. */
export type Rewriter = (node: Node, inputs: readonly Tensor[]) => Tensor;

/**
 * Makes a graph anew, node by node. Bodies of scans are rewritten with a rewriter of their own from `newRewriter`. Nodes that
 * nothing uses disappear; inputs stay.
 */
export const rewrite = (graph: Graph, newRewriter: () => Rewriter): Graph => {
  const rewriter = newRewriter();
  const rewritten = retrace(inputSpecs(graph), (...inputs) => {
    const tensors = new Array<Tensor>(graph.nodes.length);
    graph.inputs.forEach((id, i) => {
      tensors[id] = inputs[i]!;
    });
    graph.nodes.forEach((node, id) => {
      const args = node.inputs.map((input) => tensors[input]!);
      tensors[id] ??=
        node.op === 'scan' ? remake({ ...node, attrs: rewriteBody(node.attrs, newRewriter) }, args) : rewriter(node, args);
    });
    return graph.outputs.map((id) => tensors[id]!);
  });
  return graph.population === undefined ? rewritten : { ...rewritten, population: graph.population };
};

const rewriteBody = (attrs: OpAttrs['scan'], newRewriter: () => Rewriter): OpAttrs['scan'] => ({
  ...attrs,
  body: rewrite(attrs.body, newRewriter),
});
