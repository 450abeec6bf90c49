import { interpret, type Graph } from '@nalu/core/graph';

/** Cube root of the double's unit roundoff: balances truncation and rounding of central differences. */
const STEP = 2 ** -17;

/** (f(x + h) − f(x − h)) / 2h for every element of one input of a scalar function, in double precision. */
export const centralDifferences = (loss: Graph, inputs: readonly ArrayLike<number>[], which: number): Float64Array => {
  const arrays = inputs.map((input) => Float64Array.from(input));
  const moved = arrays[which]!;
  return Float64Array.from(moved, (x, i) => {
    const h = STEP * Math.max(1, Math.abs(x));
    const at = (value: number): number => {
      moved[i] = value;
      return interpret(loss, arrays)[0]![0]!;
    };
    const slope = (at(x + h) - at(x - h)) / (2 * h);
    moved[i] = x;
    return slope;
  });
};
