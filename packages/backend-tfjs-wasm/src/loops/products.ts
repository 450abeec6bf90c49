import type { Tensor } from '@nalu/core';
import {
  matmulSizes,
  remake,
  rewrite,
  type Graph,
  type MatmulSizes,
  type NodeOf,
  type Rewriter,
  type Shape,
} from '@nalu/core/graph';
import { matmulForm } from '@nalu/core/loops';
import { SETTINGS } from './settings.ts';

/** From so many multiplications on, XNNPACK is faster than the generated kernel; it packs its second operand at every call. */
const CROSSOVER = 8192;

/** Whether XNNPACK computes a matrix product. */
export const usesLibrary = ({ m, n, k }: MatmulSizes): boolean => m * n * k >= CROSSOVER && m >= 4 && n >= 4 && k >= 4;

/** Whether a matrix product is a kernel of its own, generated or XNNPACK's, on row-major operands. */
export const isKernel = (shape: Shape, sizes: MatmulSizes): boolean =>
  sizes.batch > 0 && (usesLibrary(sizes) || matmulForm(shape, sizes, SETTINGS).kind === 'alone');

/** Transposed operands that a kernel cannot read as they are become nodes of their own, so that equal ones are made once. */
const rewriter = (): Rewriter => (node, inputs) => {
  if (node.op !== 'matmul') return remake(node, inputs);
  const { attrs } = node as NodeOf<'matmul'>;
  const [a, b] = inputs as readonly [Tensor, Tensor];
  const sizes = matmulSizes(a.shape, b.shape, attrs);
  if (!isKernel(node.shape, sizes)) return remake(node, inputs);
  const copiesA = attrs.transposeA && usesLibrary(sizes);
  if (!copiesA && !attrs.transposeB) return remake(node, inputs);
  return (copiesA ? a.transpose() : a).matmul(attrs.transposeB ? b.transpose() : b, {
    transposeA: attrs.transposeA && !copiesA,
  });
};

export const explicitTransposes = (graph: Graph): Graph => rewrite(graph, rewriter);
