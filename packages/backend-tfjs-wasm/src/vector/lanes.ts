import { bitsOf, type Code } from '../assembler/encoding.ts';
import { f32x4, v128, type Words } from '../assembler/instructions.ts';

/** A place where vector code is written: it names intermediate values and loads constants. */
export interface VectorCode {
  /** Whether products may be fused with sums (the relaxed SIMD instructions). */
  readonly relaxed: boolean;
  /** Stores a vector in a new variable; returns code that reads it. */
  define(value: Code): Code;
  /** Code of a constant vector. */
  constant(words: Words): Code;
}

/** The same word in all lanes. */
export const integer = (code: Pick<VectorCode, 'constant'>, value: number): Code => {
  const word = value | 0;
  return code.constant([word, word, word, word]);
};

/** The same number in all lanes. */
export const number = (code: Pick<VectorCode, 'constant'>, value: number): Code => integer(code, bitsOf(value));

const LANES = [0, 1, 2, 3] as const;

/** Ones in the first `lanes` lanes, zeros in the others. */
export const firstLanes = (code: VectorCode, lanes: number): Code =>
  code.constant(LANES.map((lane) => (lane < lanes ? -1 : 0)) as [number, number, number, number]);

/** 1 where a mask holds, 0 elsewhere. */
export const zeroOrOne = (code: VectorCode, mask: Code): Code => v128.and(mask, number(code, 1));

/** a·b + c */
export const multiplyAdd = (code: VectorCode, a: Code, b: Code, c: Code): Code =>
  code.relaxed ? f32x4.relaxedMadd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);

/** Combines the four lanes in a fixed order, (0, 2) with (1, 3); all lanes of the result hold it. */
export const acrossLanes = (code: VectorCode, value: Code, combine: (a: Code, b: Code) => Code): Code => {
  const pairs = code.define(combine(value, v128.shuffle(value, value, [2, 3, 0, 1])));
  return combine(pairs, v128.shuffle(pairs, pairs, [1, 0, 3, 2]));
};
