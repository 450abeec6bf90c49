import { streamOf, uniform, type NamedTensor, type Rows } from '@nalu/core';
import type { Range } from '../tasks/functions.ts';

/** One interval, or two of equal width between which a fair coin decides for each element. */
export type Draw = Range | readonly [Range, Range];

const isMirrored = (draw: Draw): draw is readonly [Range, Range] => typeof draw[0] !== 'number';

/** Where a uniform number u in [0, 1) falls; the coin is the half of [0, 1) that u is in. */
const place = (draw: Draw, u: number): number => {
  if (!isMirrored(draw)) return draw[0] + (draw[1] - draw[0]) * u;
  const [low, high] = draw[u < 0.5 ? 0 : 1];
  return low + (high - low) * ((2 * u) % 1);
};

/** As people write it: U[-6,-2) or U[2,6) for mirrored intervals. */
export const showDraw = (draw: Draw): string =>
  (isMirrored(draw) ? draw : [draw]).map(([low, high]) => `U[${low},${high})`).join('∪');

/** Rows from targets. Inputs are rounded to single precision before the target is computed, so that every backend is asked the same. */
export const rowsFrom = (
  count: number,
  inputs: number,
  outputs: number,
  value: (row: number, column: number) => number,
  target: (x: Float64Array) => readonly number[],
): Rows => {
  const x = new Float64Array(count * inputs);
  const y = new Float64Array(count * outputs);
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < inputs; column++) x[row * inputs + column] = Math.fround(value(row, column));
    y.set(target(x.subarray(row * inputs, (row + 1) * inputs)), row * outputs);
  }
  const tensor = (data: Float64Array, columns: number): NamedTensor => ({ shape: [count, columns], data });
  return { x: tensor(x, inputs), y: tensor(y, outputs) };
};

/** Rows with independent uniform inputs and one target. The same seed gives the same rows everywhere. */
export const uniformRows = (
  seed: number,
  count: number,
  inputs: number,
  draw: Draw,
  target: (x: Float64Array) => number,
): Rows => {
  const unit = uniform(seed, 0, streamOf('rows'), 0, count * inputs);
  return rowsFrom(
    count,
    inputs,
    1,
    (row, column) => place(draw, unit[row * inputs + column]!),
    (x) => [target(x)],
  );
};
