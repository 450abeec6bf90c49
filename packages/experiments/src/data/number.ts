import type { TableProblem } from './table-error.ts';

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const withCommas = /^[+-]?\d[\d.]*,[\d.,]*\d?(e[+-]?\d+)?$/i;
const nonFinite = /^[+-]?(nan|inf|infinity|∞)$/i;
const missing = /^(na|n\/a|null|none|nil|missing|-|–|\?|\.)$/i;

/** Why a cell is no number: the problem, what to say, and what to do. */
export interface BadCell {
  readonly problem: TableProblem;
  readonly what: string;
  readonly remedy: string;
}

const fillOrRemove = 'Fill in the measurement, or remove the row.';

/** Cells are quoted in messages: control characters are made visible and long ones cut. */
const shown = (cell: string): string => {
  const text = JSON.stringify(cell.length > 40 ? `${cell.slice(0, 40)}…` : cell);
  return text;
};

/** What is wrong with each kind of bad cell, from the most particular to the most general. */
const diagnoses: readonly (readonly [matches: (cell: string) => boolean, bad: (cell: string) => BadCell])[] = [
  [
    (cell) => cell === '',
    () => ({ problem: 'empty-cell', what: 'the cell is empty.', remedy: fillOrRemove }),
  ],
  [
    (cell) => missing.test(cell),
    (cell) => ({ problem: 'empty-cell', what: `${shown(cell)} stands for a missing value.`, remedy: fillOrRemove }),
  ],
  [
    (cell) => nonFinite.test(cell),
    (cell) => ({ problem: 'not-finite', what: `${shown(cell)} is not a finite number.`, remedy: 'Training needs finite numbers: correct the cell, or remove the row.' }),
  ],
  [
    (cell) => withCommas.test(cell),
    (cell) => ({
      problem: 'decimal-comma',
      what: `${shown(cell)} is written with a comma.`,
      remedy: 'Write decimals with a point (1.5, not 1,5) and leave out thousands separators (1000, not 1,000).',
    }),
  ],
  [
    () => true,
    (cell) => ({ problem: 'not-a-number', what: `${shown(cell)} is not a number.`, remedy: 'Write a decimal number such as -12, 3.5 or 6.02e23, without units.' }),
  ],
];

const largest = 3.4028234663852886e38;
const smallest = 2 ** -126;

/** Backends train in single precision: what does not fit there would silently become infinite or zero. */
const outOfRange = (cell: string, value: number): BadCell | undefined => {
  const magnitude = Math.abs(value);
  const problem = 'out-of-range';
  if (magnitude > largest) return { problem, what: `${shown(cell)} is too large for single precision (3.4e38).`, remedy: 'Choose a larger unit for this column.' };
  const isZero = !/[1-9]/.test(cell.split(/e/i)[0]!);
  if (!isZero && magnitude < smallest) return { problem, what: `${shown(cell)} is too small for single precision (1.2e-38).`, remedy: 'Choose a smaller unit for this column.' };
  return undefined;
};

/**
 * Reads a decimal number: optional sign, digits with an optional point, optional exponent. Nothing else is guessed:
 * no hexadecimal, no units, no thousands separators, and an empty cell is not zero.
 */
export const readNumber = (text: string): number | BadCell => {
  const cell = text.trim();
  if (decimal.test(cell)) return outOfRange(cell, Number(cell)) ?? Number(cell);
  return diagnoses.find(([matches]) => matches(cell))![1](cell);
};
