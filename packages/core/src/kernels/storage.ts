import type { Graph, Node } from '../graph/graph.ts';
import { isView } from '../graph/views.ts';
import type { OpAttrs, OpName } from '../ops/attrs.ts';
import { matmulSizes } from '../ops/contraction.ts';
import { sizeOf, type Shape } from '../tensor/shape.ts';
import type { KernelLimits } from './ir.ts';
import { UNROLLED } from './lower.ts';

/**
 * Which values lie in memory, and which are computed again by every kernel that needs them: an estimate in floating-point
 * operations of one thread.
 */

/** To read a number from memory, or to write one. */
export const READ = 4;
/** To have one more dispatch: about 30 µs in software, 5 to 10 µs on a GPU, whose threads are slower but many. */
const DISPATCH = 65_536;
/** Serial work that one thread may repeat to save a dispatch. */
const SERIAL = 8192;
/** Statements of one expression: longer kernels take long to compile. */
const LONGEST = 1000;

/** Operations of one element of an op whose inputs are known; 1 for all others. */
const work: { readonly [K in OpName]?: number } = {
  div: 4,
  reciprocal: 4,
  sqrt: 4,
  exp: 16,
  log: 16,
  expm1: 24,
  log1p: 24,
  tanh: 24,
  sigmoid: 20,
  softplus: 40,
  sin: 40,
  cos: 40,
  pow: 48,
  randomUniform: 120,
};

const workOf = (op: OpName): number => work[op] ?? 1;

const folds: ReadonlySet<OpName> = new Set<OpName>([
  'sum',
  'prod',
  'reduceMin',
  'reduceMax',
  'argmax',
  'exclusiveProd',
  'matmul',
]);

/** Ops that two results should not both compute when one thread can compute both. */
export const isCostly = (op: OpName): boolean => folds.has(op) || workOf(op) > 4;

const lengthOf = (shape: Shape, axes: readonly number[]): number => sizeOf(axes.map((axis) => shape[axis]!));

/** Elements of an input that one element of a node reads, from the shapes of the inputs; 1 for all other ops. */
const readsOf: { readonly [K in OpName]?: (attrs: OpAttrs[K], inputs: readonly Shape[]) => number } = {
  sum: ({ axes }, [x]) => lengthOf(x!, axes),
  prod: ({ axes }, [x]) => lengthOf(x!, axes),
  reduceMin: ({ axes }, [x]) => lengthOf(x!, axes),
  reduceMax: ({ axes }, [x]) => lengthOf(x!, axes),
  argmax: ({ axis }, [x]) => x![axis]!,
  exclusiveProd: ({ axis }, [x]) => x![axis]!,
  matmul: (attrs, [a, b]) => matmulSizes(a!, b!, attrs).k,
  randomUniform: (_, [key]) => key!.at(-1)!,
};

const elementsRead = (graph: Graph, node: Node): number => {
  const rule = readsOf[node.op] as ((attrs: OpAttrs[OpName], inputs: readonly Shape[]) => number) | undefined;
  return (
    rule?.(
      node.attrs,
      node.inputs.map((input) => graph.nodes[input]!.shape),
    ) ?? 1
  );
};

/** The node behind views. */
const behindViews = (graph: Graph, id: number): number => {
  let at = id;
  while (isView(graph.nodes[at]!)) at = graph.nodes[at]!.inputs[0]!;
  return at;
};

/** What computing one element of a node takes, everything that is not in memory included. */
export interface Cone {
  readonly cost: number;
  /** Statements, roughly. */
  readonly statements: number;
  /** Nodes computed on the way, the node itself included, and how many elements of each. */
  readonly computed: ReadonlyMap<number, number>;
  /** Nodes read from memory. */
  readonly read: ReadonlySet<number>;
}

/** A constant of many numbers and an input lie in memory always. */
export const isMemoryLeaf = (node: Node): boolean =>
  node.op === 'input' || node.op === 'pick' || (node.op === 'constant' && node.attrs.data.length > 1);

/** Behind views, but not behind a view that lies in memory itself. */
const storedOrBehind = (graph: Graph, id: number, inMemory: (id: number) => boolean): number => {
  let at = id;
  while (isView(graph.nodes[at]!) && !inMemory(at)) at = graph.nodes[at]!.inputs[0]!;
  return at;
};

/** Walks from a node to what lies in memory. A node reached in several ways counts once per number of evaluations. */
export const coneOf = (graph: Graph, root: number, inMemory: (id: number) => boolean): Cone => {
  const computed = new Map<number, number>();
  const read = new Set<number>();
  const seen = new Set<string>();
  let cost = 0;
  let statements = 0;
  const visit = (id: number, evaluations: number, copies: number): void => {
    const at = storedOrBehind(graph, id, inMemory);
    const key = `${at} ${evaluations} ${copies}`;
    if (seen.has(key)) return;
    seen.add(key);
    const node = graph.nodes[at]!;
    if (isMemoryLeaf(node) || inMemory(at)) {
      read.add(at);
      cost += READ * evaluations;
      statements += copies;
      return;
    }
    computed.set(at, (computed.get(at) ?? 0) + evaluations);
    const each = elementsRead(graph, node);
    const unrolled = Math.max(1, each <= UNROLLED ? each : 1);
    cost += workOf(node.op) * evaluations * Math.max(1, each);
    statements += copies * unrolled;
    for (const input of node.inputs) visit(input, evaluations * each, copies * unrolled);
  };
  visit(root, 1, 1);
  return { cost, statements, computed, read };
};

interface Use {
  readonly reader: number;
  readonly elements: number;
}

const usesOf = (graph: Graph, forced: ReadonlySet<number>): readonly (readonly Use[])[] => {
  const uses = graph.nodes.map((): Use[] => []);
  graph.nodes.forEach((node, reader) => {
    if (isView(node)) {
      if (forced.has(reader)) uses[behindViews(graph, reader)]!.push({ reader, elements: 1 });
      return;
    }
    const elements = elementsRead(graph, node);
    for (const input of new Set(node.inputs)) uses[behindViews(graph, input)]!.push({ reader, elements });
  });
  return uses;
};

/**
 * How often an element of a node is computed when nothing stores it, all its elements together. Readers of its own size
 * share threads where a thread may write several values, and are taken for two kernels otherwise.
 */
const evaluationsOf = (graph: Graph, id: number, uses: readonly Use[], multipleWrites: boolean): number => {
  const size = sizeOf(graph.nodes[id]!.shape);
  const evaluations = uses.map(({ reader, elements }) => sizeOf(graph.nodes[reader]!.shape) * elements);
  const apart = evaluations.filter((count, i) => count !== size || uses[i]!.elements > 1);
  const together = Math.min(evaluations.length - apart.length, multipleWrites ? 1 : 2);
  return apart.reduce((total, count) => total + count, together * size);
};

/** The nodes whose values get memory: the forced ones, and those that it is cheaper to store than to compute again. */
export const chooseStored = (
  graph: Graph,
  forced: ReadonlySet<number>,
  { multipleWrites, dispatch = DISPATCH }: Pick<KernelLimits, 'multipleWrites' | 'dispatch'>,
): ReadonlySet<number> => {
  const stored = new Set(forced);
  const uses = usesOf(graph, forced);
  graph.nodes.forEach((node, id) => {
    const own = uses[id]!;
    if (stored.has(id) || isView(node) || isMemoryLeaf(node) || node.inputs.length === 0 || own.length === 0) return;
    // A loop is a step of its own; its results are stored by the nodes that pick them.
    if (node.op === 'scan') return;
    const size = sizeOf(node.shape);
    const evaluations = evaluationsOf(graph, id, own, multipleWrites);
    const { cost, statements } = coneOf(graph, id, (each) => stored.has(each));
    const repeated = Math.max(...own.map(({ elements }) => elements));
    const saved = (evaluations - size) * cost - (evaluations + size) * READ;
    if (saved > dispatch || (repeated > 1 && repeated * (cost - READ) > SERIAL) || statements > LONGEST) stored.add(id);
  });
  return stored;
};
