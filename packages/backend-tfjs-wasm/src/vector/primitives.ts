import type { Expansion } from '@nalu/core/kernels';
import type { Code } from '../assembler/encoding.ts';
import { f32x4, i32x4, v128 } from '../assembler/instructions.ts';
import { integer, number, type VectorCode } from './lanes.ts';
import { forVectors, type VectorPrimitive, type VectorStatement } from './refine.ts';

/** 1.5·2²³: a whole number below 2²² in magnitude, added to it, stands in the low bits of the sum. */
const ROUNDER = 1.5 * 2 ** 23;

/** 2ᵏ from a whole number k in the low 9 bits of each lane, as an exponent. */
const powerOfTwo = (code: VectorCode, k: Code): Code => i32x4.shl(i32x4.add(k, integer(code, 127)), 23);

/** x·2ⁿ in two factors, of which neither overflows. The bits of ROUNDER do not reach the exponent. */
const scale = (code: VectorCode, x: Code, n: Code): Code => {
  const whole = code.define(f32x4.add(n, number(code, ROUNDER)));
  const half = code.define(i32x4.shrS(whole, 1));
  const rest = i32x4.sub(whole, half);
  return f32x4.mul(f32x4.mul(x, powerOfTwo(code, half)), powerOfTwo(code, rest));
};

type Rule = (code: VectorCode, ...args: readonly Code[]) => Code;
const direct =
  (instruction: (...args: readonly Code[]) => Code): Rule =>
  (_, ...args) =>
    instruction(...args);

/** The primitives of core's expansions in four lanes. Masks are all ones or all zeros. */
const rules: { readonly [P in VectorPrimitive]: Rule } = {
  add: direct(f32x4.add),
  sub: direct(f32x4.sub),
  mul: direct(f32x4.mul),
  div: direct(f32x4.div),
  neg: direct(f32x4.neg),
  abs: direct(f32x4.abs),
  floor: direct(f32x4.floor),
  sqrt: direct(f32x4.sqrt),
  smaller: direct(f32x4.pmin),
  larger: direct(f32x4.pmax),
  where: (_, mask, a, b) => v128.select(mask!, a!, b!),
  lt: direct(f32x4.lt),
  le: direct(f32x4.le),
  eq: direct(f32x4.eq),
  and: direct(v128.and),
  or: direct(v128.or),
  exponent: (code, x) => f32x4.convertI32x4S(i32x4.sub(i32x4.shrU(i32x4.shl(x!, 1), 24), integer(code, 127))),
  scale: (code, x, n) => scale(code, x!, n!),
  significand: (code, x) => v128.or(v128.and(x!, integer(code, 0x807fffff)), number(code, 1)),
  high: (code, x) => v128.and(x!, integer(code, 0xfffff000)),
  isNaN: (_, x) => f32x4.ne(x!, x!),
  isFinite: (code, x) => f32x4.eq(f32x4.sub(x!, x!), number(code, 0)),
  isNegative: (code, x) => i32x4.ltS(x!, integer(code, 0)),
};

const isSum = (primitive: VectorPrimitive): boolean => primitive === 'add' || primitive === 'sub';

/** Writes an expansion for given operands. Products that only one sum uses are fused with it where that is possible. */
export const writeExpansion = (code: VectorCode, expansion: Expansion, operands: readonly Code[]): Code => {
  const { params, body, result, uses } = forVectors(expansion);
  const values = new Map<string, Code>(params.map((name, i) => [name, operands[i]!]));
  /** Products that wait for their only reader. */
  const products = new Map<string, VectorStatement>();
  const productBehind = (arg: number | string): VectorStatement | undefined =>
    typeof arg === 'string' ? products.get(arg) : undefined;
  const valueOf = (arg: number | string): Code => {
    if (typeof arg === 'number') return number(code, arg);
    return values.get(arg) ?? plain(products.get(arg)!);
  };
  const plain = ({ primitive, args }: VectorStatement): Code => rules[primitive](code, ...args.map(valueOf));
  const write = (statement: VectorStatement): Code => {
    const { primitive, args } = statement;
    const [first, second] = args.map(productBehind);
    if (!isSum(primitive) || (first ?? second) === undefined) return plain(statement);
    const [a, b] = (second ?? first)!.args.map(valueOf) as [Code, Code];
    if (second !== undefined) return (primitive === 'add' ? f32x4.relaxedMadd : f32x4.relaxedNmadd)(a, b, valueOf(args[0]!));
    const other = valueOf(args[1]!);
    return f32x4.relaxedMadd(a, b, primitive === 'add' ? other : f32x4.neg(other));
  };
  for (const statement of body) {
    const { name, primitive } = statement;
    const isUsedOnce = uses.get(name) === 1;
    if (code.relaxed && primitive === 'mul' && isUsedOnce) products.set(name, statement);
    else values.set(name, isUsedOnce ? write(statement) : code.define(write(statement)));
  }
  return valueOf(result);
};
