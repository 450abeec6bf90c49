import type { Graph, NodeOf } from '../graph/graph.ts';
import { remake } from '../graph/instantiate.ts';
import { rewrite, type Rewriter } from '../graph/rewrite.ts';
import type { OpName } from '../ops/attrs.ts';
import { sizeOf } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Longer reductions are done in two stages, so that many threads share them. */
const LONG = 4096;

type SplitOp = 'sum' | 'prod' | 'reduceMin' | 'reduceMax';

/** What padding must not change. */
const neutral: { readonly [K in SplitOp]: number } = { sum: 0, prod: 1, reduceMin: Infinity, reduceMax: -Infinity };

const isSplittable = (op: OpName): op is SplitOp => Object.hasOwn(neutral, op);

const inTwoStages = (x: Tensor, { op, attrs: { axes }, shape }: NodeOf<SplitOp>): Tensor => {
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const length = sizeOf(axes.map((axis) => x.shape[axis]!));
  const parts = Math.ceil(Math.sqrt(length));
  const each = Math.ceil(length / parts);
  const flat = x.transpose([...kept, ...axes]).reshape([...shape, length]);
  const before = flat.shape.map(() => 0);
  const after = [...shape.map(() => 0), parts * each - length];
  const padded = flat.pad(before, after, neutral[op]).reshape([...shape, parts, each]);
  const stage = (tensor: Tensor): Tensor => tensor[op](-1);
  return stage(stage(padded));
};

const splitting: Rewriter = (node, inputs) => {
  const [x] = inputs;
  if (!isSplittable(node.op)) return remake(node, inputs);
  const reduction = node as NodeOf<SplitOp>;
  const length = sizeOf(reduction.attrs.axes.map((axis) => x!.shape[axis]!));
  return length < LONG ? remake(node, inputs) : inTwoStages(x!, reduction);
};

/**
 * The same computation with every long reduction as two: over parts, then over their results. Only its own length decides,
 * never the number of results, so that one member of a population is computed like many.
 */
export const splitReductions = (graph: Graph): Graph => rewrite(graph, () => splitting);
