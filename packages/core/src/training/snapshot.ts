import type { FloatArray } from '../ops/row.ts';
import type { Shape } from '../tensor/shape.ts';

/** Anything that JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface NamedTensor {
  readonly shape: Shape;
  readonly data: FloatArray;
}

/** A trainer's or a model's state on the host: what a checkpoint holds. */
export interface Snapshot {
  readonly metadata: { readonly [key: string]: Json };
  readonly tensors: ReadonlyMap<string, NamedTensor>;
}
