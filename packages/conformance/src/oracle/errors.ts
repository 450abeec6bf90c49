import type { Precision } from '@nalu/core/backend';
import type { Node, NodeOf, OpAttrs, OpName, OpRow, Kernel, Tolerance } from '@nalu/core/graph';
import { matmulSizes, ops, sizeOf } from '@nalu/core/graph';
import type { Shape } from '@nalu/core';
import { formats, gamma, ulpOf, unitRoundoff } from './numbers.ts';

/** Exact values, and how far a conforming backend's values may be from them. */
export interface Bounded {
  readonly value: Float64Array;
  /** Infinity: anything goes (a step function near its step, a pole nearby). */
  readonly error: Float64Array;
}

/** Ops that have results of their own; the others are control. */
export type ComputedOp = Exclude<OpName, 'input' | 'scan' | 'call' | 'pick'>;

interface Situation<K extends ComputedOp> {
  readonly node: NodeOf<K>;
  readonly inputShapes: readonly Shape[];
  readonly inputs: readonly Bounded[];
  readonly value: Float64Array;
  readonly precision: Precision;
  /** The op on other inputs, in double precision. */
  readonly apply: (inputs: readonly Float64Array[], attrs?: OpAttrs[K]) => Float64Array;
}

/** The error that wrong inputs alone cause in an exact op. */
type Rule<K extends ComputedOp> = (situation: Situation<K>) => Float64Array;

export const applyKernel = (
  node: Node,
  inputShapes: readonly Shape[],
  inputs: readonly Float64Array[],
  attrs: object = node.attrs,
): Float64Array => {
  const out = new Float64Array(sizeOf(node.shape));
  const kernel = ops[node.op].kernel as unknown as Kernel<OpName>;
  kernel(out, inputs, { attrs: attrs as OpAttrs[OpName], shape: node.shape, inputShapes });
  return out;
};

/** |a − b|, where equal infinities and two NaNs do not differ and anything else with them differs infinitely. */
const distance = (a: number, b: number): number => {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  const apart = Math.abs(a - b);
  return Number.isNaN(apart) ? Infinity : apart;
};

const nothing = (size: number): Float64Array => new Float64Array(size);

const isExact = ({ error }: Bounded): boolean => error.every((e) => e === 0);

const shifted = ({ value, error }: Bounded, sign: number): Float64Array =>
  value.map((x, i) => (error[i] === 0 ? x : x + sign * error[i]!));

/** Signs for every corner of the box of possible inputs. */
const corners = (count: number): readonly (readonly number[])[] =>
  Array.from({ length: 2 ** count }, (_, corner) => Array.from({ length: count }, (__, i) => ((corner >> i) & 1 ? 1 : -1)));

/** Curvature between the corners, and the oracle's own rounding. */
const SLACK = 1.001;

/** For ops that are monotone in each operand over so short an interval: the largest change at the corners. */
const atCorners = <K extends ComputedOp>({ inputs, value, apply }: Situation<K>): Float64Array => {
  const worst = nothing(value.length);
  if (inputs.every(isExact)) return worst;
  for (const signs of corners(inputs.length)) {
    const moved = apply(inputs.map((input, i) => shifted(input, signs[i]!)));
    for (let i = 0; i < worst.length; i++) worst[i] = Math.max(worst[i]!, distance(moved[i]!, value[i]!) * SLACK);
  }
  return worst;
};

const errorsOf = (inputs: readonly Bounded[]): readonly Float64Array[] => inputs.map((input) => input.error);
const magnitude = ({ value, error }: Bounded): Float64Array => value.map((x, i) => Math.abs(x) + error[i]!);

/** Errors travel with the elements that they belong to. */
const carried = <K extends ComputedOp>({ inputs, apply }: Situation<K>): Float64Array => apply(errorsOf(inputs));

/** The larger of Π(|x| + e) − Π|x| and Π|x| − Π(|x| − e): a factor that may be zero leaves ∞ · 0 open. */
const ofProduct = <K extends ComputedOp>({ inputs: [x], value, apply }: Situation<K>): Float64Array => {
  if (isExact(x!)) return nothing(value.length);
  const larger = apply([magnitude(x!)]);
  const smaller = apply([x!.value.map((each, i) => Math.max(0, Math.abs(each) - x!.error[i]!))]);
  const plain = apply([x!.value.map(Math.abs)]);
  return larger.map((product, i) => Math.max(distance(product, plain[i]!), distance(smaller[i]!, plain[i]!)) * SLACK);
};

/** All or nothing: right when the inputs are exact, unknown otherwise. */
const exactOnly = <K extends ComputedOp>({ inputs, value }: Situation<K>): Float64Array =>
  nothing(value.length).fill(inputs.every(isExact) ? 0 : Infinity);

const ofEquality: Rule<'eq'> = ({ inputs: [a, b], value }) =>
  value.map((_, i) => {
    const reach = a!.error[i]! + b!.error[i]!;
    return reach > 0 && !(Math.abs(a!.value[i]! - b!.value[i]!) > reach) ? 1 : 0;
  });

const ofChoice: Rule<'where'> = ({ inputs: [mask, a, b], value }) =>
  value.map((_, i) => {
    const doubtful = mask!.error[i]! > 0 && !(Math.abs(mask!.value[i]!) > mask!.error[i]!);
    if (doubtful) return Math.max(a!.error[i]!, b!.error[i]!) + distance(a!.value[i]!, b!.value[i]!);
    return (mask!.value[i] === 0 ? b! : a!).error[i]!;
  });

const ofMatmul: Rule<'matmul'> = ({ inputs: [a, b], value, apply }) => {
  if (isExact(a!) && isExact(b!)) return nothing(value.length);
  const fromA = apply([a!.error, magnitude(b!)]);
  const fromB = apply([a!.value.map(Math.abs), b!.error]);
  return fromA.map((e, i) => (Number.isNaN(e + fromB[i]!) ? Infinity : e + fromB[i]!));
};

const ofConstant: Rule<'constant'> = ({ value, precision }) =>
  precision === 'f64' ? nothing(value.length) : value.map((x) => distance(Math.fround(x), x));

/** How the errors of the inputs travel through each op. */
const rules: { readonly [K in ComputedOp]: Rule<K> } = {
  constant: ofConstant,
  iota: exactOnly,
  neg: atCorners,
  abs: atCorners,
  sign: atCorners,
  exp: atCorners,
  expm1: atCorners,
  log: atCorners,
  log1p: atCorners,
  sqrt: atCorners,
  reciprocal: atCorners,
  sin: atCorners,
  cos: atCorners,
  tanh: atCorners,
  sigmoid: atCorners,
  softplus: atCorners,
  floor: atCorners,
  round: atCorners,
  isFinite: atCorners,
  stopGradient: carried,
  clamp: atCorners,
  add: atCorners,
  sub: atCorners,
  mul: atCorners,
  div: atCorners,
  pow: atCorners,
  min: atCorners,
  max: atCorners,
  lt: atCorners,
  le: atCorners,
  eq: ofEquality,
  where: ofChoice,
  sum: carried,
  prod: ofProduct,
  reduceMin: ({ inputs: [x], node, inputShapes }) => applyKernel({ ...node, op: 'reduceMax' } as Node, inputShapes, [x!.error]),
  reduceMax: carried,
  argmax: exactOnly,
  exclusiveProd: ofProduct,
  matmul: ofMatmul,
  reshape: carried,
  transpose: carried,
  broadcastTo: carried,
  slice: carried,
  pad: ({ inputs: [x], node, apply }) => apply([x!.error], { ...node.attrs, value: 0 }),
  concat: carried,
  gather: ({ inputs: [x, indices], value, apply }) =>
    isExact(indices!) ? apply([x!.error, indices!.value]) : nothing(value.length).fill(Infinity),
  oneHot: exactOnly,
  randomUniform: exactOnly,
};

/** Exact in the table's sense, yet the exact result has to be rounded. The other exact ops return a number that they were given. */
const rounded: ReadonlySet<OpName> = new Set<OpName>(['add', 'sub', 'mul']);

/** Number of terms behind each result of a contraction or a product. */
const termsOf = (node: Node, inputShapes: readonly Shape[]): number => {
  if (node.op === 'matmul') return matmulSizes(inputShapes[0]!, inputShapes[1]!, node.attrs).k;
  if (node.op === 'exclusiveProd') return inputShapes[0]![node.attrs.axis]!;
  return node.op === 'sum' || node.op === 'prod' ? node.attrs.axes.reduce((count, axis) => count * inputShapes[0]![axis]!, 1) : 1;
};

/** Σ|terms| behind each result of a contraction. */
export const sumOfTerms = (node: Node, inputShapes: readonly Shape[], inputs: readonly Bounded[]): Float64Array =>
  applyKernel(node, inputShapes, inputs.map(magnitude));

type Own<T extends Tolerance> = (
  tolerance: T,
  node: Node,
  inputShapes: readonly Shape[],
  inputs: readonly Bounded[],
  value: Float64Array,
  precision: Precision,
) => Float64Array;

/** The error that the op itself may add, by the tolerance of its row. */
const own: { readonly [K in Tolerance['kind']]: Own<Extract<Tolerance, { kind: K }>> } = {
  ulp: ({ ulp }, node, _, __, value, precision) => {
    const units = ulp === 0 && rounded.has(node.op) ? 0.5 : ulp;
    return units === 0 ? nothing(value.length) : value.map((x) => (Number.isFinite(x) ? units * ulpOf(x, precision) : 0));
  },
  contraction: (_, node, inputShapes, inputs, __, precision) => {
    const terms = termsOf(node, inputShapes);
    const factor = gamma(terms, precision);
    // Products and partial sums below the normal range may become zero.
    const flushed = terms * 2 ** formats[precision].minExponent;
    return sumOfTerms(node, inputShapes, inputs).map((total) => (Number.isFinite(total) ? factor * total + flushed : 0));
  },
  product: (_, node, inputShapes, __, value, precision) => {
    const units = 2 * termsOf(node, inputShapes) * unitRoundoff(precision);
    return value.map((x) => (Number.isFinite(x) ? units * Math.abs(x) : 0));
  },
};

/** Results below the normal range may become zero, and results near overflow infinite. */
const atTheEdges = (x: number, error: number, precision: Precision): number => {
  const { minExponent, max } = formats[precision];
  if (x !== 0 && Math.abs(x) < 2 ** minExponent) return Math.max(error, Math.abs(x)) + ulpOf(0, precision);
  return Number.isFinite(x) && Math.abs(x) + error >= max ? Infinity : error;
};

/**
 * Bounds the error of one node's result: what its inputs' errors cause, plus what its row allows it to add. In f64 the
 * oracle rounds as much as the backend may, so the allowance is doubled.
 */
export const boundNode = <K extends ComputedOp>(
  node: NodeOf<K>,
  inputShapes: readonly Shape[],
  inputs: readonly Bounded[],
  value: Float64Array,
  precision: Precision,
): Float64Array => {
  const plain = node as unknown as Node;
  const apply = (moved: readonly Float64Array[], attrs?: OpAttrs[K]): Float64Array =>
    applyKernel(plain, inputShapes, moved, attrs);
  const rule = rules[node.op] as Rule<K>;
  const travelled = rule({ node, inputShapes, inputs, value, precision, apply });
  const { tolerance } = (ops[node.op] as unknown as OpRow<OpName>).numerics;
  const added = (own[tolerance.kind] as Own<Tolerance>)(tolerance, plain, inputShapes, inputs, value, precision);
  const factor = precision === 'f64' ? 2 : 1;
  return value.map((x, i) => {
    const error = travelled[i]! + factor * added[i]!;
    return atTheEdges(x, Number.isNaN(error) ? Infinity : error, precision);
  });
};

/** Denormal inputs may count as zero. */
export const boundInput = (value: Float64Array, precision: Precision): Float64Array =>
  value.map((x) => (Math.abs(x) < 2 ** formats[precision].minExponent ? Math.abs(x) : 0));
