import type { Graph, Node } from '../graph/graph.ts';
import type { OpAttrs, OpName } from '../ops/attrs.ts';
import type { Kernel } from '../ops/row.ts';
import { ops } from '../ops/table.ts';
import { sizeOf, type Shape } from '../tensor/shape.ts';
import { inlineCalls } from '../transform/inline.ts';
import type { Algebra } from './algebra.ts';
import type { Expr } from './expression.ts';

/** A graph that has no formula worth writing: an op without one, or too many numbers. The message says which. */
export class Unwritable extends Error {}

/** Beyond this many products, a formula helps nobody and takes long to make. */
const MAX_WORK = 50_000;

type Rule = (algebra: Algebra, args: readonly Expr[], attrs: never) => Expr;

const minus = ({ number, product }: Algebra, x: Expr): Expr => product([number(-1), x]);

const raised = (algebra: Algebra, base: Expr, exponent: Expr): Expr =>
  exponent.kind === 'number'
    ? algebra.power(base, exponent.value)
    : algebra.call('exp', [algebra.product([exponent, algebra.call('log', [base])])]);

/** Ops that work element by element. */
const elementwise: { readonly [K in OpName]?: Rule } = {
  neg: (algebra, [x]) => minus(algebra, x!),
  abs: ({ call }, args) => call('abs', args),
  sign: ({ call }, args) => call('sign', args),
  exp: ({ call }, args) => call('exp', args),
  expm1: ({ sum, call, number }, args) => sum([call('exp', args), number(-1)]),
  log: ({ call }, args) => call('log', args),
  log1p: ({ sum, call, number }, [x]) => call('log', [sum([x!, number(1)])]),
  sqrt: ({ power }, [x]) => power(x!, 0.5),
  reciprocal: ({ power }, [x]) => power(x!, -1),
  sin: ({ call }, args) => call('sin', args),
  cos: ({ call }, args) => call('cos', args),
  tanh: ({ call }, args) => call('tanh', args),
  sigmoid: ({ call }, args) => call('sigmoid', args),
  softplus: ({ call }, args) => call('softplus', args),
  floor: ({ call }, args) => call('floor', args),
  round: ({ call }, args) => call('round', args),
  stopGradient: (_, [x]) => x!,
  clamp: ({ call, number }, [x], { min, max }: OpAttrs['clamp']) => call('min', [call('max', [x!, number(min)]), number(max)]),
  add: ({ sum }, args) => sum(args),
  sub: (algebra, [a, b]) => algebra.sum([a!, minus(algebra, b!)]),
  mul: ({ product }, args) => product(args),
  div: ({ product, power }, [a, b]) => product([a!, power(b!, -1)]),
  pow: (algebra, [a, b]) => raised(algebra, a!, b!),
  min: ({ call }, args) => call('min', args),
  max: ({ call }, args) => call('max', args),
  lt: ({ call }, args) => call('lt', args),
  le: ({ call }, args) => call('le', args),
  eq: ({ call }, args) => call('eq', args),
  where: ({ call }, args) => call('where', args),
};

const folds: { readonly [K in OpName]?: (algebra: Algebra, parts: readonly Expr[]) => Expr } = {
  sum: ({ sum }, parts) => sum(parts),
  prod: ({ product }, parts) => product(parts),
  reduceMin: ({ call }, parts) => call('min', parts),
  reduceMax: ({ call }, parts) => call('max', parts),
};

const MOVEMENT: ReadonlySet<OpName> = new Set<OpName>(['reshape', 'transpose', 'broadcastTo', 'slice', 'pad', 'concat']);

interface Site {
  readonly algebra: Algebra;
  readonly node: Node;
  readonly inputs: readonly (readonly Expr[])[];
  readonly shapes: readonly Shape[];
}

const runKernel = ({ node, shapes }: Site, attrs: object, inputs: readonly Float64Array[]): Float64Array => {
  const out = new Float64Array(sizeOf(node.shape));
  (ops[node.op].kernel as unknown as Kernel<OpName>)(out, inputs, {
    attrs: attrs as OpAttrs[OpName],
    shape: node.shape,
    inputShapes: shapes,
  });
  return out;
};

/** Moves expressions by moving their positions with the op's own kernel. Position 0 is what `pad` fills with. */
const move = (site: Site): readonly Expr[] => {
  const { algebra, node, inputs } = site;
  const all = [node.op === 'pad' ? algebra.number(node.attrs.value) : algebra.number(0), ...inputs.flat()];
  let next = 1;
  const positions = inputs.map((values) => Float64Array.from(values, () => next++));
  return Array.from(runKernel(site, { ...node.attrs, value: 0 }, positions), (position) => all[position]!);
};

/** Reduced elements of the input for every element of the output, found by moving the reduced axes last. */
const fold = (site: Site, combine: (parts: readonly Expr[]) => Expr): readonly Expr[] => {
  const { node, inputs, shapes } = site;
  const { axes } = node.attrs as OpAttrs['sum'];
  const shape = shapes[0]!;
  const groups = Array.from({ length: sizeOf(node.shape) }, (): Expr[] => []);
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  inputs[0]!.forEach((expr, position) => {
    const kept = shape.reduce(
      (at, length, axis) => (axes.includes(axis) ? at : at * length + (Math.floor(position / strides[axis]!) % length)),
      0,
    );
    groups[kept]!.push(expr);
  });
  return groups.map(combine);
};

const matmul = ({ algebra: { sum, product }, node, inputs: [a, b], shapes }: Site): readonly Expr[] => {
  const { transposeA, transposeB } = node.attrs as OpAttrs['matmul'];
  if (shapes.some((shape) => shape.length !== 2)) throw new Unwritable('it multiplies stacks of matrices');
  const [rows, width] = transposeA ? [shapes[0]![1]!, shapes[0]![0]!] : [shapes[0]![0]!, shapes[0]![1]!];
  const columns = node.shape[1]!;
  const left = (i: number, k: number): Expr => a![transposeA ? k * rows + i : i * width + k]!;
  const right = (k: number, j: number): Expr => b![transposeB ? j * width + k : k * columns + j]!;
  return Array.from({ length: rows * columns }, (_, at) => {
    const [i, j] = [Math.floor(at / columns), at % columns];
    return sum(Array.from({ length: width }, (__, k) => product([left(i, k), right(k, j)])));
  });
};

const valueOf = (site: Site): readonly Expr[] => {
  const { algebra, node, inputs } = site;
  const rule = elementwise[node.op];
  if (rule !== undefined) {
    return Array.from({ length: sizeOf(node.shape) }, (_, i) =>
      rule(
        algebra,
        inputs.map((values) => values[i]!),
        node.attrs as never,
      ),
    );
  }
  const combine = folds[node.op];
  if (combine !== undefined) return fold(site, (parts) => combine(algebra, parts));
  if (MOVEMENT.has(node.op)) return move(site);
  if (node.op === 'constant' || node.op === 'iota') return Array.from(runKernel(site, node.attrs, []), algebra.number);
  if (node.op === 'matmul') return matmul(site);
  throw new Unwritable(`its op "${node.op}" has no formula`);
};

const workOf = (graph: Graph): number =>
  graph.nodes.reduce((total, { op, shape, inputs }) => {
    const inner = op === 'matmul' ? graph.nodes[inputs[0]!]!.shape.at(-1)! : 1;
    return total + sizeOf(shape) * inner;
  }, 0);

/**
 * Runs a graph with formulas instead of numbers: any module that is written in ops with a formula can be read back.
 * Inputs and outputs are row-major, as arrays are.
 *
 * @throws Unwritable for ops without a formula (random numbers, loops) and for graphs with more than 50,000 products.
 */
export const expressionsOf = (
  plain: Graph,
  algebra: Algebra,
  inputs: readonly (readonly Expr[])[],
): readonly (readonly Expr[])[] => {
  const graph = inlineCalls(plain);
  const work = workOf(graph);
  if (work > MAX_WORK) throw new Unwritable(`it would take ${work.toLocaleString('en')} terms`);
  const values: (readonly Expr[])[] = [];
  graph.inputs.forEach((id, i) => {
    values[id] = inputs[i]!;
  });
  graph.nodes.forEach((node, id) => {
    values[id] ??= valueOf({
      algebra,
      node,
      inputs: node.inputs.map((input) => values[input]!),
      shapes: node.inputs.map((input) => graph.nodes[input]!.shape),
    });
  });
  return graph.outputs.map((id) => values[id]!);
};
