import type { Graph } from '../graph/graph.ts';
import { axesOf, fixed, isView, throughView, type Affine, type Index } from '../graph/views.ts';
import type { Shape } from '../tensor/shape.ts';
import { positions } from './layout.ts';

/** The index into a reduction's input, from the index of its result and a position on the reduced axes. */
export const insertAxes = (shape: Shape, kept: readonly Affine[], axes: readonly number[], reduced: readonly Affine[]): Index => {
  let next = 0;
  return { shape, axes: shape.map((_, axis) => (axes.includes(axis) ? reduced[axes.indexOf(axis)]! : kept[next++]!)) };
};

/**
 * The elements of a reduction's input that belong to an element of its result, at one point of the loops: row-major over the
 * reduced axes that are no loops.
 *
 * @param loops axes of the input that are loops. `point` says where each of them is.
 */
export const reducedIndices = (
  shape: Shape,
  index: Index,
  axes: readonly number[],
  loops: readonly number[] = [],
  point: readonly Affine[] = [],
): readonly Index[] => {
  const unrolled = axes.filter((axis) => !loops.includes(axis));
  return positions(unrolled.map((axis) => shape[axis]!)).map((position) => {
    const reduced = axes.map((axis) =>
      unrolled.includes(axis) ? fixed(position[unrolled.indexOf(axis)]!) : point[loops.indexOf(axis)]!,
    );
    return insertAxes(shape, axesOf(index), axes, reduced);
  });
};

/** The node that holds an element, and where: views that were not copied are looked through. */
export const throughViews = (
  { graph, copied }: { readonly graph: Graph; readonly copied: ReadonlySet<number> },
  id: number,
  index: Index,
): { readonly id: number; readonly index: Index } => {
  const node = graph.nodes[id]!;
  if (copied.has(id) || !isView(node)) return { id, index };
  const [input] = node.inputs;
  return throughViews({ graph, copied }, input!, throughView(node, index, graph.nodes[input!]!.shape));
};
