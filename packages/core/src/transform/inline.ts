import type { Graph } from '../graph/graph.ts';
import { instantiate, remake } from '../graph/instantiate.ts';
import { rewrite, type Rewriter } from '../graph/rewrite.ts';

const inlining: Rewriter = (node, inputs) =>
  node.op === 'call' ? instantiate(inlineCalls(node.attrs.body), inputs)[0]! : remake(node, inputs);

const hasCalls = (graph: Graph): boolean =>
  graph.nodes.some((node) => node.op === 'call' || (node.op === 'scan' && hasCalls(node.attrs.body)));

/** Replaces every function with a derivative of its own by its first body. After differentiation nothing else is needed. */
export const inlineCalls = (graph: Graph): Graph => (hasCalls(graph) ? rewrite(graph, () => inlining) : graph);
