import type { Code } from '../assembler/encoding.ts';
import { f32x4 } from '../assembler/instructions.ts';

export type FoldOp = 'sum' | 'prod' | 'reduceMin' | 'reduceMax';

/** How a reduction combines two vectors, and what it starts with. */
export interface Fold {
  readonly start: number;
  readonly combine: (total: Code, x: Code) => Code;
}

export const folds: { readonly [K in FoldOp]: Fold } = {
  sum: { start: 0, combine: f32x4.add },
  prod: { start: 1, combine: f32x4.mul },
  reduceMin: { start: Infinity, combine: f32x4.min },
  reduceMax: { start: -Infinity, combine: f32x4.max },
};
