import { drawnTask, type BatchSource, type Rows, type Tensor } from '@nalu/core';
import { uniformRows, type Draw } from '../reproduce/rows.ts';
import type { Range } from '../tasks/functions.ts';
import type { Operation } from './operations.ts';

/** The seeds of the authors' validation and test sets, used here for ours. */
export const validationSeed = 43_953_907;
export const testSeed = 8_689_336;
/** The seed of rows of the training range that networks are fitted to. */
export const fitSeed = 777;

/**
 * A task on sums of slices: of each row of x, independent and uniform, a is the sum of one slice, b of another, and the target is an
 * operation of both.
 *
 * The papers let a seed decide where the slices begin. Inputs are independent of their place and so are initial weights, so every
 * place has the same distribution of results; here it is the first.
 */
export interface SliceTask {
  readonly operation: Operation;
  readonly inputs: number;
  /** Columns whose sum is a, and b: [from, to). */
  readonly a: Range;
  readonly b: Range;
}

const sumOf = (x: Float64Array, [from, to]: Range): number => {
  let sum = 0;
  for (let i = from; i < to; i++) sum += x[i]!;
  return sum;
};

const columns = (x: Tensor, [from, to]: Range): Tensor => {
  const slice = x.slice([0, from], [x.shape[0]!, to]);
  return to - from === 1 ? slice : slice.sum(1, { keepDims: true });
};

/** Rows of a task. */
export const sliceRows = ({ operation, inputs, a, b }: SliceTask, draw: Draw, seed: number, count: number): Rows =>
  uniformRows(seed, count, inputs, draw, (x) => operation.of(sumOf(x, a), sumOf(x, b)));

/** A batch that every run draws anew in every step. */
export const sliceBatches = ({ operation, inputs, a, b }: SliceTask, [low, high]: Range, count: number): BatchSource =>
  drawnTask(({ uniform }) => {
    const x = uniform([count, inputs])
      .mul(high - low)
      .add(low);
    return { x, y: operation.graph(columns(x, a), columns(x, b)) };
  });
