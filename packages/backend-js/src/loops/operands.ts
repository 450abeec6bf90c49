import { remake, matmulSizes, rewrite, type Graph, type NodeOf, type Rewriter } from '@nalu/core/graph';
import type { Tensor } from '@nalu/core';
import type { Library } from './library.ts';

/** Transposed operands of library products as nodes of their own, so that equal ones are made once. */
const explicit =
  (library: Library): (() => Rewriter) =>
  () =>
  (node, inputs) => {
    if (node.op !== 'matmul') return remake(node, inputs);
    const { attrs } = node as NodeOf<'matmul'>;
    const [a, b] = inputs as readonly [Tensor, Tensor];
    const sizes = matmulSizes(a.shape, b.shape, attrs);
    if (!(attrs.transposeA || attrs.transposeB) || !library.wantsMatmul(sizes)) return remake(node, inputs);
    return (attrs.transposeA ? a.transpose() : a).matmul(attrs.transposeB ? b.transpose() : b);
  };

/** The graph as the library wants it. */
export const prepareMatmuls = (graph: Graph, library: Library | undefined): Graph =>
  library === undefined || library.transposes ? graph : rewrite(graph, explicit(library));
