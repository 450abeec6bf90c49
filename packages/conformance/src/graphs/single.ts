import type { Shape } from '@nalu/core';
import { GRAPH_VERSION, ops, type Graph, type Node, type OpAttrs, type OpName, type OpRow } from '@nalu/core/graph';

/** A graph of one op over inputs of the given shapes. */
export const singleOp = <K extends OpName>(op: K, inputShapes: readonly Shape[], attrs: OpAttrs[K]): Graph => {
  const shape = (ops[op] as unknown as OpRow<OpName>).shape(inputShapes, attrs, []);
  const place = { scope: '', line: '' };
  const inputs = inputShapes.map((each, i): Node => ({
    op: 'input',
    inputs: [],
    attrs: { name: `x${i}`, shape: each },
    shape: each,
    ...place,
  }));
  const node = { op, inputs: inputs.map((_, i) => i), attrs, shape, ...place } as unknown as Node;
  return { version: GRAPH_VERSION, nodes: [...inputs, node], inputs: inputs.map((_, i) => i), outputs: [inputs.length] };
};
