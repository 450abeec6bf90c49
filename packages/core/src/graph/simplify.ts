import { madeAs, remake } from './instantiate.ts';
import type { Graph, Node } from './graph.ts';
import { rewrite, type Rewriter } from './rewrite.ts';
import type { OpAttrs, OpName } from '../ops/attrs.ts';
import { sameShape } from '../tensor/shape.ts';
import { makeTensor, type Tensor } from '../tensor/tensor.ts';

/** True when the tensor holds the same known number everywhere. */
const isFilled = (tensor: Tensor, value?: number): boolean => {
  if (tensor.op !== 'constant') return false;
  const { data } = tensor.attrs as OpAttrs['constant'];
  return data.length === 1 && (value === undefined || Object.is(data[0], value));
};

const refill = (tensor: Tensor, shape: readonly number[]): Tensor =>
  makeTensor('constant', [], { data: (tensor.attrs as OpAttrs['constant']).data, shape });

const isIdentity = (order: readonly number[]): boolean => order.every((axis, i) => axis === i);

/** A carry that the body of a scan returns as it is ends as it began. */
const unchangedCarry = (loop: Tensor, index: number): Tensor | undefined => {
  const { body, constants, carries } = loop.attrs as OpAttrs['scan'];
  const isUnchanged = index < carries && body.outputs[index] === body.inputs[constants + index];
  return isUnchanged ? loop.inputs[constants + index] : undefined;
};

type Rule<K extends OpName> = (inputs: readonly Tensor[], attrs: OpAttrs[K], shape: readonly number[]) => Tensor | undefined;

/**
 * Identities that hold to the bit for every input, NaN, infinities and signed zeros included. x + 0 is not among them
 * (−0 + 0 = 0), nor are x · 0 and the sum of one element.
 */
const rules: { readonly [K in OpName]?: Rule<K> } = {
  neg: ([x]) => (x!.op === 'neg' ? x!.inputs[0] : undefined),
  stopGradient: ([x]) => x,
  sub: ([a, b]) => (isFilled(b!, 0) ? a : undefined),
  mul: ([a, b]) => (isFilled(b!, 1) ? a : isFilled(a!, 1) ? b : undefined),
  div: ([a, b]) => (isFilled(b!, 1) ? a : undefined),
  where: ([mask, a, b]) => (isFilled(mask!, 0) ? b : isFilled(mask!) && !isFilled(mask!, -0) ? a : a === b ? a : undefined),
  prod: ([x], { axes }, shape) => (axes.every((axis) => x!.shape[axis] === 1) ? x!.reshape(shape) : undefined),
  reshape: ([x], { shape }) => {
    if (sameShape(x!.shape, shape)) return x;
    if (isFilled(x!)) return refill(x!, shape);
    return x!.op === 'reshape' ? x!.inputs[0]!.reshape(shape) : undefined;
  },
  broadcastTo: ([x], { shape }) => (sameShape(x!.shape, shape) ? x : isFilled(x!) ? refill(x!, shape) : undefined),
  transpose: ([x], { perm }, shape) => {
    if (isIdentity(perm)) return x;
    if (isFilled(x!)) return refill(x!, shape);
    if (x!.op !== 'transpose') return undefined;
    const inner = (x!.attrs as OpAttrs['transpose']).perm;
    const both = perm.map((axis) => inner[axis]!);
    return isIdentity(both) ? x!.inputs[0]! : x!.inputs[0]!.transpose(both);
  },
  slice: ([x], _, shape) => (sameShape(x!.shape, shape) ? x : isFilled(x!) ? refill(x!, shape) : undefined),
  pad: ([x], _, shape) => (sameShape(x!.shape, shape) ? x : undefined),
  pick: ([loop], { index }) => unchangedCarry(loop!, index),
};

/** −0 as text differs from 0, and NaN and infinities survive, unlike in plain JSON. */
const showNumber = (_: string, value: unknown): unknown =>
  typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))
    ? `#${Object.is(value, -0) ? '-0' : value}`
    : value;

/** Attributes as text: equal text, equal meaning. Empty where there are none. */
export const attrsKey = (attrs: object): string => (Object.keys(attrs).length === 0 ? '' : JSON.stringify(attrs, showNumber));

/** Remembers nodes by op, attributes and inputs, so that a computation written twice happens once. */
const newRewriter = (): Rewriter => {
  const numbers = new Map<Tensor, number>();
  const seen = new Map<string, Tensor>();
  const numberOf = (tensor: Tensor): number => {
    const known = numbers.get(tensor);
    if (known !== undefined) return known;
    numbers.set(tensor, numbers.size);
    return numbers.size - 1;
  };
  const unique = (tensor: Tensor): Tensor => {
    if (tensor.op === 'input' || tensor.op === 'scan') return tensor;
    const key = `${tensor.op} ${tensor.inputs.map(numberOf).join(' ')} ${attrsKey(tensor.attrs)}`;
    const known = seen.get(key);
    if (known !== undefined) return known;
    seen.set(key, tensor);
    return tensor;
  };
  return (node: Node, inputs) => {
    const rule = rules[node.op] as Rule<OpName> | undefined;
    const simpler = rule && madeAs(node, () => rule(inputs, node.attrs, node.shape));
    return unique(simpler ?? remake(node, inputs));
  };
};

/**
 * The same computation with fewer nodes: common subexpressions once, bit-exact identities applied, constants kept in their
 * final shape, dead nodes dropped; bodies of scans too.
 */
export const simplify = (graph: Graph): Graph => rewrite(graph, newRewriter);
