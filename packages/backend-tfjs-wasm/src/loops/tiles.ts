import { fixed, times, type Affine } from '@nalu/core/graph';
import type { Code } from '../assembler/encoding.ts';
import { writeLoop } from './counter.ts';
import type { MemoryPlace } from './memory.ts';
import type { Scope } from './values.ts';

/** One matrix product: where its matrices begin, and how far apart, in numbers, op(A)'s rows and columns are. */
export interface Product {
  readonly a: MemoryPlace;
  readonly b: MemoryPlace;
  readonly out: MemoryPlace;
  readonly strideRow: number;
  readonly strideInner: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** Tiles over a length, with a smaller one at the end. */
export const tiled = (scope: Scope, length: number, step: number, body: (position: Affine, width: number) => Code): Code => {
  const whole = Math.floor(length / step);
  const rest = length % step;
  return writeLoop(scope.program, whole, (tile) => body(times(tile, step), step)).concat(
    rest === 0 ? [] : body(fixed(whole * step), rest),
  );
};
