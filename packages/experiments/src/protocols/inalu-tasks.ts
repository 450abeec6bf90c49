import { sequential, streamOf, uniform } from '@nalu/core';
import { rowsFrom } from '../reproduce/rows.ts';
import { drawNumbers } from './distributions.ts';
import type { Task } from './inalu-training.ts';

/** Rows of independent numbers, and an operation on what `operands` makes of each. */
const rowsWith =
  (inputs: number, operands: (x: Float64Array) => readonly [a: number, b: number]): Task['rows'] =>
  (operation, distribution, seed, count) => {
    const numbers = drawNumbers(distribution, seed, inputs * count);
    return rowsFrom(
      count,
      inputs,
      1,
      (row, column) => numbers[inputs * row + column]!,
      (x) => [operation.of(...operands(x))],
    );
  };

/** Experiment 1: a op b by one layer. */
export const ofTwoNumbers: Task = {
  setting: '',
  network: (layer) => layer({ inputs: 2, outputs: 1 }),
  rows: rowsWith(2, ([a, b]) => [a!, b!]),
  validationRows: 10_000,
};

const inputs = 100;

type Part = 'neither' | 'a' | 'b';

const parts: readonly Part[] = ['neither', 'a', 'b'];

/** What each input is part of. Rounding U[0,2) gives 0, 1 and 2 with probabilities 1/4, 1/2 and 1/4, as in the authors' code. */
const selection: readonly Part[] = Array.from(
  uniform(104, 0, streamOf('selection'), 0, inputs),
  (u) => parts[Math.round(2 * u)]!,
);

/** The same for every run: inputs are independent and alike, and so are initial weights, so that only the numbers of each part matter. */
const placesOf = (part: Part): readonly number[] => selection.flatMap((each, place) => (each === part ? [place] : []));

const placesOfA = placesOf('a');
const placesOfB = placesOf('b');

const sumAt = (x: Float64Array, places: readonly number[]): number => places.reduce((sum, place) => sum + x[place]!, 0);

/** Experiment 4: a op b of two sums of inputs, by two layers. */
export const ofTwoSums: Task = {
  setting: '100 inputs',
  network: (layer) => sequential(layer({ inputs, outputs: 2 }), layer({ inputs: 2, outputs: 1 })),
  rows: rowsWith(inputs, (x) => [sumAt(x, placesOfA), sumAt(x, placesOfB)]),
  validationRows: 1000,
  rowsPerCall: 1000,
};
