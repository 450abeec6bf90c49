/** A half-open interval [low, high). */
export type Range = readonly [low: number, high: number];

/** The operands of a task: one range per input column, in the order of the formula's letters. */
export type Ranges = readonly Range[];

/** One arithmetic function to be learned from examples. */
export interface ArithmeticTask {
  /** The formula as a person types it. */
  readonly name: string;
  /** The letters of the formula, one per input column. */
  readonly inputs: readonly string[];
  /** The closed form in double precision. */
  readonly evaluate: (...operands: number[]) => number;
  /** Where training, validation and interpolation rows are drawn from. */
  readonly inside: Ranges;
  /** Where extrapolation rows are drawn from: disjoint from `inside` in every column. */
  readonly outside: Ranges;
  /** Layers that a network of arithmetic layers needs to express the function exactly. */
  readonly layers: 1 | 2;
  /** Why these ranges. */
  readonly reason: string;
}

const near: Range = [1, 10];
const far: Range = [100, 1000];

/**
 * The six functions of the article's first table (Trask et al. 2018, "Neural Arithmetic Logic Units", section 4.1).
 *
 * The paper does not print its ranges. Here every operand is drawn from [1, 10) for training and from ten to a thousand
 * times that for extrapolation, so that no test operand lies between two training operands. All operands stay
 * positive: NAC• and NALU see only |x| on their multiplicative path, and a sign that is lost there would be
 * a second experiment. [1, 10) also keeps |x| away from 0, where log(|x| + ε) and a/b are singular.
 */
export const functions: readonly ArithmeticTask[] = [
  {
    name: 'a+b',
    inputs: ['a', 'b'],
    evaluate: (a, b) => a! + b!,
    inside: [near, near],
    outside: [far, far],
    layers: 1,
    reason: 'Sums outside are 200 to 2000; inside they never exceed 20.',
  },
  {
    name: 'a-b',
    inputs: ['a', 'b'],
    evaluate: (a, b) => a! - b!,
    inside: [near, near],
    outside: [far, far],
    layers: 1,
    reason: 'Both signs of the result occur in training, so a layer that cannot subtract is seen at once.',
  },
  {
    name: 'a*b',
    inputs: ['a', 'b'],
    evaluate: (a, b) => a! * b!,
    inside: [near, near],
    outside: [far, far],
    layers: 1,
    reason: 'Products outside reach a million; inside they stay below a hundred.',
  },
  {
    name: 'a/b',
    inputs: ['a', 'b'],
    evaluate: (a, b) => a! / b!,
    inside: [near, near],
    outside: [far, [10, 100]],
    layers: 1,
    reason:
      'The divisor is drawn from a lower range than the dividend, so that quotients (1 to 100) leave the training range too.',
  },
  {
    name: 'a^2',
    inputs: ['a'],
    evaluate: (a) => a! * a!,
    inside: [near],
    outside: [far],
    layers: 2,
    reason: 'Squares outside reach a million; weights below 1 in magnitude need two layers to reach the exponent 2.',
  },
  {
    name: 'sqrt(a)',
    inputs: ['a'],
    evaluate: (a) => Math.sqrt(a!),
    inside: [near],
    outside: [far],
    layers: 1,
    reason: 'Roots outside are 10 to 32; the exponent 1/2 is a weight that no rounding to -1, 0 or 1 can give.',
  },
];
