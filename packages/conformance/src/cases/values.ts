import fc from 'fast-check';

const FLOAT_MAX = (2 - 2 ** -23) * 2 ** 127;

/** Zeros, tiny and denormal numbers, ones, halves (ties of rounding), large numbers, infinities, NaN. All single precision. */
export const specialValues: readonly number[] = [
  ...[
    0,
    1e-45,
    1e-40,
    2 ** -126,
    1e-20,
    1e-8,
    2 ** -24,
    2 ** -23,
    1e-3,
    0.3,
    0.5,
    1,
    1 + 2 ** -23,
    1.5,
    2,
    2.5,
    3.5,
    Math.PI,
    10,
    17,
    87,
    88.5,
    104,
    1e4,
  ],
  ...[2 ** 22 + 0.5, 2 ** 23 - 0.5, 2 ** 24, 1e10, 1e20, FLOAT_MAX, Infinity],
]
  .flatMap((x) => [x, -x])
  .concat(NaN)
  .map(Math.fround);

/** Enough of them to place in rows of reductions and matrices. */
export const fewSpecialValues: readonly number[] = [0, -0, 1, -1.5, 1e-40, 1e10, -1e10, Infinity, -Infinity, NaN].map(
  Math.fround,
);

/** Where the random values of an operand come from. */
export interface Operand {
  /** Random values lie in here; about half of them in `usual`. */
  readonly range: readonly [number, number];
  readonly usual: readonly [number, number];
  /** Whole numbers only: masks, indices, keys. */
  readonly whole?: boolean;
  readonly special: readonly number[];
  /** Where derivatives are compared with central differences: away from kinks and poles. Absent: it has no derivative. */
  readonly smooth?: readonly [number, number];
}

const between = ([low, high]: readonly [number, number], whole: boolean | undefined): fc.Arbitrary<number> =>
  whole
    ? fc.integer({ min: low, max: high })
    : fc.integer({ min: 0, max: 2 ** 24 }).map((k) => Math.fround(low + ((high - low) * k) / 2 ** 24));

const anywhere = ([low, high]: readonly [number, number], whole: boolean | undefined): fc.Arbitrary<number> =>
  whole ? between([low, high], whole) : fc.float({ min: Math.fround(low), max: Math.fround(high), noNaN: true });

/** Random values of an operand: half over all exponents of its range, half evenly over its usual values. The same for the same seed. */
export const randomValues = (operand: Operand, count: number, seed: number): readonly number[] =>
  fc.sample(fc.oneof(between(operand.usual, operand.whole), anywhere(operand.range, operand.whole)), { numRuns: count, seed });

/** Random values of moderate size, for tests in which rounding errors must stay small. */
export const usualValues = (operand: Operand, count: number, seed: number): readonly number[] =>
  fc.sample(between(operand.usual, operand.whole), { numRuns: count, seed });

/** Random values for central differences; not biased to the ends, so that no two are equal. */
export const smoothValues = (operand: Operand, count: number, seed: number): readonly number[] =>
  fc.sample(fc.noBias(between(operand.smooth ?? operand.usual, operand.smooth === undefined && operand.whole)), {
    numRuns: count,
    seed,
  });

/** Any number. */
export const anyNumber: Operand = { range: [-FLOAT_MAX, FLOAT_MAX], usual: [-10, 10], special: specialValues, smooth: [-2, 2] };

/** Numbers whose sums and products stay far from overflow. */
export const moderate: Operand = { range: [-100, 100], usual: [-2, 2], special: fewSpecialValues, smooth: [-2, 2] };

export const mask: Operand = { range: [0, 1], usual: [0, 1], whole: true, special: [0, -0, 1, 2, -1, 0.5] };
