import type { Graph, Node, NodeOf } from '../graph/graph.ts';
import { fixed, isView, throughView, variable, type Index } from '../graph/views.ts';
import { matmulSizes, type MatmulSizes } from '../ops/contraction.ts';
import type { Shape } from '../tensor/shape.ts';
import { laneVariable, layoutOf, loopVariable, spaceOf, symbolicIndex, type Layout } from './layout.ts';
import type { LoopSettings } from './settings.ts';

/** How a node runs. Layouts are those of the node's own result. */
export type Form =
  | { readonly kind: 'virtual' }
  /** One value per point of the loops and unrolled element. */
  | { readonly kind: 'map'; readonly space: Shape; readonly layout: Layout }
  /** Reduced over at least one loop: `reduced` says which loops. */
  | { readonly kind: 'accumulate'; readonly space: Shape; readonly layout: Layout; readonly reduced: readonly number[] }
  | { readonly kind: 'alone' };

/** A read of one input at the node's position: loops and unrolled axes are variables, computed indices are called `d`. */
export interface Reading {
  readonly input: number;
  readonly index: Index;
}

const VIRTUAL: Form = { kind: 'virtual' };
const ALONE: Form = { kind: 'alone' };

const mapOver = (shape: Shape, settings: LoopSettings): Form => {
  const layout = layoutOf(shape, settings);
  return { kind: 'map', space: spaceOf(shape, layout.loops), layout };
};

/** A map when none of the axes is a loop, a step of its own otherwise. */
const mapUnlessLooped = (shape: Shape, axes: readonly number[], settings: LoopSettings): Form => {
  const form = mapOver(shape, settings);
  return form.kind === 'map' && axes.some((axis) => form.layout.loops.includes(axis)) ? ALONE : form;
};

/** The layout of a reduction's result, when the loops are those over its input. */
const withoutAxes = (layout: Layout, rank: number, axes: readonly number[]): Layout => {
  const kept = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !axes.includes(axis));
  const position = (axis: number): number => kept.indexOf(axis);
  return {
    loops: layout.loops.filter((axis) => kept.includes(axis)).map(position),
    lanes: layout.lanes.filter((axis) => kept.includes(axis)).map(position),
  };
};

const reductionForm = (input: Shape, axes: readonly number[], settings: LoopSettings): Form => {
  const over = layoutOf(input, settings);
  const space = spaceOf(input, over.loops);
  const layout = withoutAxes(over, input.length, axes);
  const reduced = over.loops.map((_, k) => k).filter((k) => axes.includes(over.loops[k]!));
  return reduced.length === 0 ? { kind: 'map', space, layout } : { kind: 'accumulate', space, layout, reduced };
};

export const sizesOf = (graph: Graph, node: NodeOf<'matmul'>): MatmulSizes =>
  matmulSizes(graph.nodes[node.inputs[0]!]!.shape, graph.nodes[node.inputs[1]!]!.shape, node.attrs);

/** The loops of a matmul whose inner length is a loop: batch axes, then the inner one. */
const accumulatedMatmul = (shape: Shape, k: number): Form => {
  const batch = shape.slice(0, -2).flatMap((length, axis) => (length === 1 ? [] : [axis]));
  return {
    kind: 'accumulate',
    space: [...spaceOf(shape, batch), k],
    layout: { loops: batch, lanes: [shape.length - 2, shape.length - 1].filter((axis) => shape[axis] !== 1) },
    reduced: [batch.length],
  };
};

/** How a matrix product with a result of this shape runs, unless it is a kernel anyway. */
export const matmulForm = (shape: Shape, { m, n, k }: MatmulSizes, settings: LoopSettings): Form => {
  if (k <= settings.inner) {
    const form = mapOver(shape, settings);
    const lanes = form.kind === 'map' ? form.layout.lanes.reduce((product, axis) => product * shape[axis]!, 1) : 0;
    if (lanes * k <= 4 * settings.inner) return form;
  }
  return m * n <= settings.small && k > 1 ? accumulatedMatmul(shape, k) : ALONE;
};

type FormRule = (graph: Graph, node: Node, settings: LoopSettings) => Form;
const rule =
  <K extends Node['op']>(f: (graph: Graph, node: NodeOf<K>, settings: LoopSettings) => Form): FormRule =>
  (graph, node, settings) =>
    f(graph, node as unknown as NodeOf<K>, settings);

const inputShapeOf = (graph: Graph, node: { readonly inputs: readonly number[] }, i: number = 0): Shape =>
  graph.nodes[node.inputs[i]!]!.shape;

const axesReduction = rule<'sum' | 'prod' | 'reduceMin' | 'reduceMax'>((graph, node, settings) =>
  reductionForm(inputShapeOf(graph, node), node.attrs.axes, settings),
);
const virtual: FormRule = () => VIRTUAL;
const alone: FormRule = () => ALONE;

/** Elementwise ops are maps over their shape; the others are listed. */
const formRules: { readonly [op in Node['op']]?: FormRule } = {
  input: virtual,
  constant: virtual,
  iota: virtual,
  pick: virtual,
  sum: axesReduction,
  prod: axesReduction,
  reduceMin: axesReduction,
  reduceMax: axesReduction,
  argmax: rule<'argmax'>((graph, node, settings) => {
    const form = reductionForm(inputShapeOf(graph, node), [node.attrs.axis], settings);
    return form.kind === 'accumulate' ? ALONE : form;
  }),
  exclusiveProd: rule<'exclusiveProd'>((_, node, settings) => mapUnlessLooped(node.shape, [node.attrs.axis], settings)),
  matmul: rule<'matmul'>((graph, node, settings) => matmulForm(node.shape, sizesOf(graph, node), settings)),
  concat: rule<'concat'>((_, node, settings) => mapUnlessLooped(node.shape, [node.attrs.axis], settings)),
  pad: rule<'pad'>((_, node, settings) => {
    const padded = node.shape.map((_axis, axis) => axis).filter((axis) => node.attrs.before[axis]! + node.attrs.after[axis]! > 0);
    return mapUnlessLooped(node.shape, padded, settings);
  }),
  randomUniform: alone,
  scan: alone,
};

/** A transpose of matrices that do not fit the first-level cache: copied in blocks. */
const isLargeTranspose = (node: Node): boolean => {
  if (node.op !== 'transpose') return false;
  const last = node.shape.length - 1;
  const swapsLast = node.attrs.perm.every((from, axis) => from === (axis === last ? last - 1 : axis === last - 1 ? last : axis));
  return swapsLast && node.shape[last]! * node.shape[last - 1]! >= 4096;
};

/** How each node of a graph runs. Nodes in `copied` are leaves or views that must exist in memory. */
export const formsOf = (
  graph: Graph,
  settings: LoopSettings,
  isKernel: (id: number) => boolean,
  copied: ReadonlySet<number>,
): readonly Form[] =>
  graph.nodes.map((node, id) => {
    if (copied.has(id)) return isLargeTranspose(node) ? ALONE : mapOver(node.shape, settings);
    if (isView(node)) return VIRTUAL;
    if (isKernel(id)) return ALONE;
    return formRules[node.op]?.(graph, node, settings) ?? mapOver(node.shape, settings);
  });

// What each node reads -----------------------------------------------------------------------------------------------

type ReadRule = (
  graph: Graph,
  node: Node,
  form: Form & { kind: 'map' | 'accumulate' },
  settings: LoopSettings,
) => readonly Index[];
const reads =
  <K extends Node['op']>(
    f: (graph: Graph, node: NodeOf<K>, form: Form & { kind: 'map' | 'accumulate' }, settings: LoopSettings) => readonly Index[],
  ): ReadRule =>
  (graph, node, form, settings) =>
    f(graph, node as unknown as NodeOf<K>, form, settings);

const overInput: ReadRule = (graph, node, _, settings) => {
  const shape = inputShapeOf(graph, node);
  return [symbolicIndex(shape, layoutOf(shape, settings))];
};

const atOwnIndex: ReadRule = (graph, node, { layout }) => {
  const index = symbolicIndex(node.shape, layout);
  return node.inputs.map((input) => ({ ...index, shape: graph.nodes[input]!.shape }));
};

/** At the node's own index, with some axes (unrolled here, and perhaps shorter) replaced by variables of the input's length. */
const withLanes = (
  graph: Graph,
  node: Node,
  { layout }: { readonly layout: Layout },
  axes: readonly number[],
): readonly Index[] => {
  const own = symbolicIndex(node.shape, layout).axes!;
  return node.inputs.map((input) => {
    const { shape } = graph.nodes[input]!;
    return { shape, axes: own.map((at, axis) => (axes.includes(axis) ? variable(laneVariable(axis), shape[axis]!) : at)) };
  });
};

const readRules: { readonly [op in Node['op']]?: ReadRule } = {
  sum: overInput,
  prod: overInput,
  reduceMin: overInput,
  reduceMax: overInput,
  argmax: overInput,
  exclusiveProd: reads<'exclusiveProd'>((graph, node, form) =>
    withLanes(graph, node as unknown as Node, form, [node.attrs.axis]),
  ),
  concat: reads<'concat'>((graph, node, form) => withLanes(graph, node as unknown as Node, form, [node.attrs.axis])),
  pad: reads<'pad'>((graph, node, form) => {
    const padded = node.shape.map((_, axis) => axis).filter((axis) => node.attrs.before[axis]! + node.attrs.after[axis]! > 0);
    return withLanes(graph, node as unknown as Node, form, padded);
  }),
  oneHot: (graph, node, { layout }) => [
    { shape: inputShapeOf(graph, node), axes: symbolicIndex(node.shape, layout).axes!.slice(0, -1) },
  ],
  gather: reads<'gather'>((graph, node, { layout }) => {
    const { batchDims } = node.attrs;
    const [table, indices] = [inputShapeOf(graph, node, 0), inputShapeOf(graph, node, 1)];
    const own = symbolicIndex(node.shape, layout).axes!;
    const at = [...own.slice(0, batchDims), variable('d', table[batchDims]!), ...own.slice(indices.length)];
    return [
      { shape: table, axes: at },
      { shape: indices, axes: own.slice(0, indices.length) },
    ];
  }),
  matmul: reads<'matmul'>((graph, node, form) => {
    const { k } = sizesOf(graph, node);
    const own = symbolicIndex(node.shape, form.layout).axes!;
    const rank = own.length;
    const inner = form.kind === 'accumulate' ? variable(loopVariable(form.reduced[0]!), k) : variable(laneVariable(rank), k);
    const batch = own.slice(0, -2);
    const [row, column] = [own[rank - 2]!, own[rank - 1]!];
    const { transposeA, transposeB } = node.attrs;
    return [
      { shape: inputShapeOf(graph, node, 0), axes: [...batch, ...(transposeA ? [inner, row] : [row, inner])] },
      { shape: inputShapeOf(graph, node, 1), axes: [...batch, ...(transposeB ? [column, inner] : [inner, column])] },
    ];
  }),
};

/** A step of its own may read its inputs anywhere. */
const anywhere = (shape: Shape): Index => ({
  shape,
  axes: shape.map((length, axis) => (length === 1 ? fixed(0) : variable(`d${axis}`, length))),
});

/** The components of a short key are read one by one. */
const keyIndex = (shape: Shape, { small }: LoopSettings): Index => {
  const last = shape.length - 1;
  return {
    shape,
    axes: shape.map((length, axis) =>
      length === 1 ? fixed(0) : variable(axis === last && length <= small ? laneVariable(axis) : `d${axis}`, length),
    ),
  };
};

export const readingsOf = (graph: Graph, id: number, form: Form, settings: LoopSettings, copied: boolean): readonly Reading[] => {
  const node = graph.nodes[id]!;
  if (form.kind === 'virtual' || node.inputs.length === 0) return [];
  if (form.kind === 'alone')
    return node.inputs.map((input) => ({
      input,
      index: node.op === 'randomUniform' ? keyIndex(graph.nodes[input]!.shape, settings) : anywhere(graph.nodes[input]!.shape),
    }));
  if (copied && isView(node)) {
    const [input] = node.inputs;
    return [{ input: input!, index: throughView(node, symbolicIndex(node.shape, form.layout), graph.nodes[input!]!.shape) }];
  }
  const indices = (readRules[node.op] ?? atOwnIndex)(graph, node, form, settings);
  return node.inputs.map((input, i) => ({ input, index: indices[i]! }));
};
