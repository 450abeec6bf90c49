import type { Code } from '../assembler/encoding.ts';
import { v128 } from '../assembler/instructions.ts';
import type { VectorCode } from './lanes.ts';

type Four = readonly [Code, Code, Code, Code];

/** The columns of a block whose rows are four vectors. */
export const transposed = (code: VectorCode, [a, b, c, d]: Four): Four => {
  const interleaved = (first: Code, second: Code, words: readonly number[]): Code =>
    code.define(v128.shuffle(first, second, words));
  const [low, high] = [
    [0, 4, 1, 5],
    [2, 6, 3, 7],
  ] as const;
  const [abLow, cdLow] = [interleaved(a, b, low), interleaved(c, d, low)];
  const [abHigh, cdHigh] = [interleaved(a, b, high), interleaved(c, d, high)];
  return [
    v128.shuffle(abLow, cdLow, [0, 1, 4, 5]),
    v128.shuffle(abLow, cdLow, [2, 3, 6, 7]),
    v128.shuffle(abHigh, cdHigh, [0, 1, 4, 5]),
    v128.shuffle(abHigh, cdHigh, [2, 3, 6, 7]),
  ];
};
