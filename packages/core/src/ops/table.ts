import type { OpName } from './attrs.ts';
import { binaryRows, ternaryRows } from './binary.ts';
import { contractionRows } from './contraction.ts';
import { controlRows } from './control.ts';
import { indexingRows } from './indexing.ts';
import { leafRows } from './leaf.ts';
import { movementRows } from './movement.ts';
import { randomRows } from './random.ts';
import { reductionRows } from './reduction.ts';
import type { OpRow } from './row.ts';
import { unaryRows } from './unary.ts';

/**
 * The op table: everything the system knows about each op. Tensor methods check shapes by it, `grad` and `vectorize` take
 * their rules from it, the oracle its kernels, conformance its cases, and docs/numerics.md its text. A missing row does not
 * compile.
 */
export const ops: { readonly [K in OpName]: OpRow<K> } = {
  ...leafRows,
  ...unaryRows,
  ...binaryRows,
  ...ternaryRows,
  ...reductionRows,
  ...contractionRows,
  ...movementRows,
  ...indexingRows,
  ...randomRows,
  ...controlRows,
};

export const opNames: readonly OpName[] = Object.keys(ops) as OpName[];

export const isOpName = (name: string): name is OpName => Object.hasOwn(ops, name);
