import type { Precision } from '@nalu/core/backend';
import type { OpAttrs, OpName } from '@nalu/core/graph';
import { expOf } from './exponential.ts';

export type ElementwiseOp = Exclude<
  OpName,
  | 'input'
  | 'constant'
  | 'iota'
  | 'sum'
  | 'prod'
  | 'reduceMin'
  | 'reduceMax'
  | 'argmax'
  | 'exclusiveProd'
  | 'matmul'
  | 'reshape'
  | 'transpose'
  | 'broadcastTo'
  | 'slice'
  | 'stopGradient'
  | 'pad'
  | 'concat'
  | 'gather'
  | 'oneHot'
  | 'randomUniform'
  | 'scan'
  | 'call'
  | 'pick'
>;

/** What an op's code depends on besides its arguments. */
export interface EmitterContext<K extends OpName> {
  readonly attrs: OpAttrs[K];
  readonly precision: Precision;
  readonly number: (value: number) => string;
  /** Gives an intermediate value a name; it is not rounded. */
  readonly name: (code: string) => string;
}

/** How an op is written in JavaScript. Arguments are names or literals, so they may be repeated. */
export interface Emitter<K extends OpName> {
  /** The result needs no rounding when the arguments have the graph's precision. */
  readonly exact: boolean;
  readonly code: (args: readonly string[], context: EmitterContext<K>) => string;
}

const rounded = <K extends OpName>(code: Emitter<K>['code']): Emitter<K> => ({ exact: false, code });
const exact = <K extends OpName>(code: Emitter<K>['code']): Emitter<K> => ({ exact: true, code });

/** The same formulas as core's reference kernels; only the exponential of f32 is computed another way (exponential.ts). */
export const elementwise: { readonly [K in ElementwiseOp]: Emitter<K> } = {
  neg: exact(([x]) => `-${x}`),
  abs: exact(([x]) => `Math.abs(${x})`),
  sign: exact(([x]) => `${x} > 0 ? 1 : ${x} < 0 ? -1 : ${x}`),
  exp: rounded(([x], context) => expOf(x!, context)),
  expm1: rounded(([x]) => `Math.expm1(${x})`),
  log: rounded(([x]) => `Math.log(${x})`),
  log1p: rounded(([x]) => `Math.log1p(${x})`),
  sqrt: rounded(([x]) => `Math.sqrt(${x})`),
  reciprocal: rounded(([x]) => `1 / ${x}`),
  sin: rounded(([x]) => `Math.sin(${x})`),
  cos: rounded(([x]) => `Math.cos(${x})`),
  tanh: rounded(([x]) => `Math.tanh(${x})`),
  sigmoid: rounded(([x], context) => {
    const e = context.name(expOf(`-Math.abs(${x})`, context));
    return `(${x} >= 0 ? 1 : ${e}) / (1 + ${e})`;
  }),
  softplus: rounded(([x], context) => `Math.max(${x}, 0) + Math.log1p(${expOf(`-Math.abs(${x})`, context)})`),
  floor: exact(([x]) => `Math.floor(${x})`),
  round: exact(([x], { name }) => {
    const nearest = name(`Math.round(${x})`);
    return `Math.abs(${x} % 1) === 0.5 && ${nearest} % 2 !== 0 ? ${nearest} - 1 : ${nearest}`;
  }),
  isFinite: exact(([x]) => `${x} - ${x} === 0 ? 1 : 0`),
  clamp: exact(([x], { attrs, number }) => `Math.min(Math.max(${x}, ${number(attrs.min)}), ${number(attrs.max)})`),
  add: rounded(([a, b]) => `${a} + ${b}`),
  sub: rounded(([a, b]) => `${a} - ${b}`),
  mul: rounded(([a, b]) => `${a} * ${b}`),
  div: rounded(([a, b]) => `${a} / ${b}`),
  pow: rounded(([a, b]) => `${a} < 0 ? NaN : Math.abs(${a}) ** ${b}`),
  min: exact(([a, b]) => `Math.min(${a}, ${b})`),
  max: exact(([a, b]) => `Math.max(${a}, ${b})`),
  lt: exact(([a, b]) => `${a} < ${b} ? 1 : 0`),
  le: exact(([a, b]) => `${a} <= ${b} ? 1 : 0`),
  eq: exact(([a, b]) => `${a} === ${b} ? 1 : 0`),
  where: exact(([mask, a, b]) => `${mask} !== 0 ? ${a} : ${b}`),
};

export const isElementwise = (op: OpName): op is ElementwiseOp => Object.hasOwn(elementwise, op);
