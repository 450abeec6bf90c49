import type { Operand } from '../kernels/ir.ts';

/** What a primitive takes and gives. */
export interface Signature {
  readonly arity: number;
  /** A truth value: printed as 0/1 or as a boolean. Masks only go into `where` (as its first argument), `and` and `or`. */
  readonly mask: boolean;
}

/** Primitives that a language supplies in its own way, or takes from `portable`. */
export type MachinePrimitive = 'exponent' | 'scale' | 'high' | 'isNaN' | 'isFinite' | 'isNegative';

export type Primitive =
  | MachinePrimitive
  | ('add' | 'sub' | 'mul' | 'div' | 'neg' | 'abs' | 'floor' | 'sqrt' | 'smaller' | 'larger' | 'where')
  | ('lt' | 'le' | 'eq' | 'and' | 'or');

const number = (arity: number): Signature => ({ arity, mask: false });
const mask = (arity: number): Signature => ({ arity, mask: true });

/**
 * The operations that expansions consist of, in single precision. `add`, `sub`, `mul` and `floor` are correctly rounded; a
 * product may be fused with a sum that it goes into; denormal operands and results may count as zero; `div` may be wrong by
 * 2.5 ulp, and by anything where the divisor is above 2¹²⁶; `sqrt` may be wrong by 4.5 ulp (which is what WGSL promises). Sums may
 * not be reordered.
 */
export const primitives: { readonly [P in Primitive]: Signature } = {
  add: number(2),
  sub: number(2),
  mul: number(2),
  div: number(2),
  neg: number(1),
  abs: number(1),
  floor: number(1),
  sqrt: number(1),
  /** The smaller and the larger of two numbers; either may come back where one is NaN, or both are zeros. */
  smaller: number(2),
  larger: number(2),
  /** where(mask, a, b) is a if the mask is 1, else b, whatever the other is. */
  where: number(3),
  lt: mask(2),
  le: mask(2),
  eq: mask(2),
  and: mask(2),
  or: mask(2),
  /** ⌊log₂|x|⌋ of a normal number; any finite number for others. */
  exponent: number(1),
  /**
   * x·2ⁿ for normal x (or zero) and whole n, |n| ≤ 160: right where the result is normal or overflows; where it is denormal,
   * anything from zero to twice the result.
   */
  scale: number(2),
  /** x with 12 bits of its significand, cut off or rounded: the product of two such numbers is exact. */
  high: number(1),
  isNaN: mask(1),
  isFinite: mask(1),
  /** The sign bit: 1 for −0. */
  isNegative: mask(1),
};

/** name = primitive(args). Names are assigned once. */
export interface PrimitiveStatement {
  readonly name: string;
  readonly primitive: Primitive;
  /** Names of parameters and earlier statements, or numbers. Every number is a single-precision one; ±∞ and NaN occur. */
  readonly args: readonly Operand[];
}

/** A function written out as primitives: straight-line code. */
export interface Expansion {
  readonly params: readonly string[];
  readonly body: readonly PrimitiveStatement[];
  /** A name: of a number or, in expansions of primitives that are masks, of a mask. */
  readonly result: Operand;
}

/** The primitives that an expansion uses. */
export const primitivesOf = (expansion: Expansion): ReadonlySet<Primitive> =>
  new Set(expansion.body.map(({ primitive }) => primitive));
