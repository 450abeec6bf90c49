import type { OpAttrs, OpName } from '@nalu/core/graph';
import { expansions, type ExpandedOp } from '@nalu/core/kernels';
import type { Code } from '../assembler/encoding.ts';
import { f32x4, v128 } from '../assembler/instructions.ts';
import { number, zeroOrOne, type VectorCode } from './lanes.ts';
import { writeExpansion } from './primitives.ts';

export type ElementwiseOp = Exclude<
  OpName,
  | ('input' | 'constant' | 'iota')
  | ('sum' | 'prod' | 'reduceMin' | 'reduceMax' | 'argmax' | 'exclusiveProd' | 'matmul')
  | ('reshape' | 'transpose' | 'broadcastTo' | 'slice' | 'stopGradient' | 'pad' | 'concat')
  | ('gather' | 'oneHot' | 'randomUniform' | 'scan' | 'call' | 'pick')
>;

type Rule<K extends OpName> = (code: VectorCode, args: readonly Code[], attrs: OpAttrs[K]) => Code;

const direct =
  (instruction: (...args: readonly Code[]) => Code): Rule<OpName> =>
  (_, args) =>
    instruction(...args);

const expanded =
  (op: ExpandedOp): Rule<OpName> =>
  (code, args) =>
    writeExpansion(code, expansions[op], args);

const isZeroOrOne =
  (instruction: (a: Code, b: Code) => Code): Rule<OpName> =>
  (code, [a, b]) =>
    zeroOrOne(code, instruction(a!, b!));

/** Elementwise ops in four lanes: WebAssembly's instruction where there is one, core's expansion elsewhere. */
export const elementwise: { readonly [K in ElementwiseOp]: Rule<K> } = {
  neg: direct(f32x4.neg),
  abs: direct(f32x4.abs),
  sign: expanded('sign'),
  exp: expanded('exp'),
  expm1: expanded('expm1'),
  log: expanded('log'),
  log1p: expanded('log1p'),
  sqrt: direct(f32x4.sqrt),
  reciprocal: (code, [x]) => f32x4.div(number(code, 1), x!),
  sin: expanded('sin'),
  cos: expanded('cos'),
  tanh: expanded('tanh'),
  sigmoid: expanded('sigmoid'),
  softplus: expanded('softplus'),
  floor: direct(f32x4.floor),
  round: direct(f32x4.nearest),
  isFinite: expanded('isFinite'),
  clamp: (code, [x], { min, max }) => f32x4.min(f32x4.max(x!, number(code, min)), number(code, max)),
  add: direct(f32x4.add),
  sub: direct(f32x4.sub),
  mul: direct(f32x4.mul),
  div: direct(f32x4.div),
  pow: expanded('pow'),
  min: direct(f32x4.min),
  max: direct(f32x4.max),
  lt: isZeroOrOne(f32x4.lt),
  le: isZeroOrOne(f32x4.le),
  eq: isZeroOrOne(f32x4.eq),
  where: (code, [mask, a, b]) => v128.select(f32x4.ne(mask!, number(code, 0)), a!, b!),
};

export const isElementwise = (op: OpName): op is ElementwiseOp => Object.hasOwn(elementwise, op);
