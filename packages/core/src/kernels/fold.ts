import type { Graph, Node } from '../graph/graph.ts';
import { remake } from '../graph/instantiate.ts';
import { rewrite, type Rewriter } from '../graph/rewrite.ts';
import type { OpName } from '../ops/attrs.ts';
import type { Kernel } from '../ops/row.ts';
import { ops } from '../ops/table.ts';
import { constant, type Tensor } from '../tensor/tensor.ts';

const isNumber = ({ op, attrs }: Tensor): boolean =>
  op === 'constant' && (attrs as { data: ArrayLike<number> }).data.length === 1;

const isElementwise = (op: OpName): boolean => ['unary', 'binary', 'ternary'].includes(ops[op].kind);

/** An elementwise op of single numbers, in single precision. */
const valueOf = ({ op, attrs }: Node, inputs: readonly Tensor[]): number => {
  const out = new Float32Array(1);
  const operands = inputs.map((input) => Float32Array.from((input.attrs as { data: ArrayLike<number> }).data));
  (ops[op].kernel as Kernel<OpName>)(out, operands, { attrs, shape: [], inputShapes: operands.map(() => []) } as never);
  return out[0]!;
};

const folding: Rewriter = (node, inputs) =>
  inputs.length > 0 && isElementwise(node.op) && inputs.every(isNumber)
    ? constant(valueOf(node, inputs), node.shape)
    : remake(node, inputs);

/** The same computation in single precision, with what is computed from constants alone as constants. */
export const foldConstants = (graph: Graph): Graph => rewrite(graph, () => folding);
