import type { Tensor } from '@nalu/core';
import {
  matmulSizes,
  madeAs,
  remake,
  rewrite,
  type Graph,
  type MatmulSizes,
  type NodeOf,
  type Rewriter,
  type Shape,
} from '@nalu/core/graph';
import { matmulForm, sizesOf, type LoopSettings } from '@nalu/core/loops';
import { usesLibrary } from './crossover.ts';
import { isNarrow } from './narrow.ts';

/** From so many numbers on, A is larger than half of the second-level cache, and walking through its columns is slower than a copy. */
const LARGE = 65_536;

/** Whether a matrix product is a kernel of its own, generated or XNNPACK's, on row-major operands. */
export const isKernel = (settings: LoopSettings, shape: Shape, sizes: MatmulSizes): boolean =>
  sizes.batch > 0 && (usesLibrary(sizes) || matmulForm(shape, sizes, settings).kind === 'alone');

/**
 * Which operands of a product are transposed before. XNNPACK reads none that is transposed, the generated kernel a small A; that
 * of a narrow product reads any A, and a transposed B if A is not.
 */
const copiedOperands = (settings: LoopSettings, shape: Shape, sizes: MatmulSizes, attrs: Transposes): Transposes => {
  if (!isKernel(settings, shape, sizes)) return { transposeA: false, transposeB: false };
  if (isNarrow(sizes.n)) return { transposeA: false, transposeB: attrs.transposeA === attrs.transposeB };
  return {
    transposeA: attrs.transposeA && (usesLibrary(sizes) || sizes.m * sizes.k >= LARGE),
    transposeB: attrs.transposeB,
  };
};

interface Transposes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

const rewriter = (settings: LoopSettings) => (): Rewriter => (node, inputs) => {
  if (node.op !== 'matmul') return remake(node, inputs);
  const { attrs, shape } = node as NodeOf<'matmul'>;
  const [a, b] = inputs as readonly [Tensor, Tensor];
  const copied = copiedOperands(settings, shape, matmulSizes(a.shape, b.shape, attrs), attrs);
  return madeAs(node, () =>
    (copied.transposeA ? a.transpose() : a).matmul(copied.transposeB ? b.transpose() : b, {
      transposeA: attrs.transposeA !== copied.transposeA,
      transposeB: attrs.transposeB !== copied.transposeB,
    }),
  );
};

const needsCopies = (graph: Graph, settings: LoopSettings): boolean =>
  graph.nodes.some((node) => {
    if (node.op === 'scan') return needsCopies(node.attrs.body, settings);
    if (node.op !== 'matmul') return false;
    const copied = copiedOperands(settings, node.shape, sizesOf(graph, node), node.attrs);
    return copied.transposeA || copied.transposeB;
  });

/** The graph with operands that must be transposed first as nodes of their own, so that equal ones are made once. */
export const explicitTransposes = (graph: Graph, settings: LoopSettings): Graph =>
  needsCopies(graph, settings) ? rewrite(graph, rewriter(settings)) : graph;
