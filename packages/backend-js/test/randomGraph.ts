import fc from 'fast-check';
import { ArgumentError, concat, constant, iota, randomUniform, ShapeError, type Tensor } from '@nalu/core';

/**
 * Random computations: a list of whole numbers is read as a program that picks ops and operands. Every list is a valid
 * program, so shrinking always works.
 */
export const programs: fc.Arbitrary<readonly number[]> = fc.array(fc.nat({ max: 2 ** 30 }), { minLength: 6, maxLength: 60 });

class Choices {
  private readonly numbers: readonly number[];
  private next: number = 0;

  constructor(numbers: readonly number[]) {
    this.numbers = numbers;
  }

  get left(): number {
    return this.numbers.length - this.next;
  }

  below(limit: number): number {
    return (this.numbers[this.next++] ?? 0) % limit;
  }

  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
}

const UNARY = [
  'neg',
  'abs',
  'sign',
  'exp',
  'expm1',
  'log',
  'log1p',
  'sqrt',
  'reciprocal',
  'sin',
  'cos',
  'tanh',
  'sigmoid',
  'softplus',
  'floor',
  'round',
  'isFinite',
  'stopGradient',
] as const;
const BINARY = ['add', 'sub', 'mul', 'div', 'pow', 'min', 'max', 'lt', 'le', 'eq'] as const;
const REDUCTIONS = ['sum', 'prod', 'reduceMin', 'reduceMax'] as const;
const LENGTHS = [0, 1, 2, 3, 5, 17, 40];

const someAxes = (choose: Choices, rank: number): number[] =>
  Array.from({ length: rank }, (_, axis) => axis).filter(() => choose.below(2) === 1);

/** The tensor at the shape of another: sliced or padded along each axis after its rank is adjusted. */
const fit = (x: Tensor, shape: readonly number[]): Tensor => {
  let y = x;
  while (y.rank < shape.length) y = y.unsqueeze(0);
  while (y.rank > shape.length) y = y.sum(0);
  const cut = y.slice(
    y.shape.map(() => 0),
    y.shape.map((length, axis) => Math.min(length, shape[axis]!)),
  );
  return cut.pad(
    cut.shape.map(() => 0),
    cut.shape.map((length, axis) => shape[axis]! - length),
    0.5,
  );
};

type Rule = (x: Tensor, other: Tensor, choose: Choices) => Tensor;

const rules: readonly Rule[] = [
  (x, _, choose) => x[choose.of(UNARY)](),
  (x, _, choose) => x[choose.of(UNARY)](),
  (x, other, choose) => x[choose.of(BINARY)](fit(other, x.shape)),
  (x, other, choose) => x[choose.of(BINARY)](fit(other, x.shape)),
  (x, _, choose) => x[choose.of(BINARY)](choose.of([0, -1, 0.3, 2, -0])),
  (x, other, choose) => x.lt(choose.of([0, 0.5])).where(x, fit(other, x.shape)),
  (x) => x.clamp(-0.3, 0.7),
  (x, _, choose) => x[choose.of(REDUCTIONS)](someAxes(choose, x.rank)),
  (x, _, choose) => x[choose.of(REDUCTIONS)](someAxes(choose, x.rank), { keepDims: true }).broadcastTo(x.shape),
  (x, _, choose) => (x.rank === 0 ? x : x.argmax(choose.below(x.rank))),
  (x, _, choose) => (x.rank === 0 ? x : x.exclusiveProd(choose.below(x.rank))),
  (x, other, choose) => {
    const m = x.size > 0 && x.rank >= 2 ? x : x.reshape([x.size, 1]);
    const k = m.shape.at(-1)!;
    const n = choose.of([1, 2, 5]);
    const b = fit(other, [...m.shape.slice(0, -2), ...(choose.below(2) === 0 ? [k, n] : [n, k])]);
    return b.shape.at(-2) === k && (b.shape.at(-1) === n || k !== n) ? m.matmul(b) : m.matmul(b, { transposeB: true });
  },
  (x, other) => (x.rank < 2 ? x : x.matmul(fit(other, [...x.shape.slice(0, -1), 2]), { transposeA: true })),
  (x) => (x.rank < 2 ? x : x.transpose()),
  (x, _, choose) =>
    x.rank === 3
      ? x.transpose(
          choose.of([
            [1, 0, 2],
            [2, 0, 1],
            [2, 1, 0],
            [1, 2, 0],
          ]),
        )
      : x,
  (x, _, choose) =>
    x.reshape(
      choose.of([
        [x.size],
        [1, x.size],
        [x.size, 1],
        x.size % 2 === 0 ? [2, x.size / 2] : [x.size],
        x.size % 2 === 0 ? [x.size / 2, 2] : [x.size],
      ]),
    ),
  (x, _, choose) => (x.size > 300 ? x : x.unsqueeze(0).broadcastTo([choose.of([2, 3]), ...x.shape])),
  (x, _, choose) =>
    x.slice(
      x.shape.map((length) => choose.below(Math.max(1, length - 1))),
      x.shape,
    ),
  (x, _, choose) =>
    x.size > 300
      ? x
      : x.pad(
          x.shape.map(() => choose.below(2)),
          x.shape.map(() => choose.below(3)),
          choose.of([0, -1.1]),
        ),
  (x, other, choose) => (x.rank === 0 || x.size > 300 ? x : concat([x, fit(other, x.shape), x.neg()], choose.below(x.rank))),
  (x, other) => (x.rank === 0 ? x : x.gather(other.abs().mul(3).reshape([other.size]))),
  (x, other) => (x.rank < 2 ? x : x.gather(fit(other, x.shape.slice(0, 2)).abs().mul(4), 1)),
  (x, _, choose) =>
    x.size > 100
      ? x
      : x
          .abs()
          .floor()
          .oneHot(choose.of([1, 3, 9])),
  (x, _, choose) => x.add(iota([...x.shape, 2], choose.below(x.rank + 1)).sum(-1)),
  (x, _, choose) =>
    x.mul(
      constant(
        Array.from({ length: x.size }, (_value, i) => ((i * 7) % 11) / 5 - 1),
        x.shape,
      ).add(choose.below(2)),
    ),
  (x, _, choose) =>
    randomUniform(x.abs().min(1000).floor().isFinite().mul(x.abs().min(1000).floor()).isFinite().reshape([x.size]), [
      choose.of([1, 2, 5, 33]),
    ]),
];

/** Undefined where the op does not exist for these shapes: the largest element of nothing, for example. */
const attempt = (f: () => Tensor): Tensor | undefined => {
  try {
    return f();
  } catch (error) {
    if (error instanceof ShapeError || error instanceof ArgumentError) return undefined;
    throw error;
  }
};

/** Runs a program on tensors: returns everything that was computed last. */
export const build = (numbers: readonly number[], inputs: readonly Tensor[], outputs: number = 3): readonly Tensor[] => {
  const choose = new Choices(numbers);
  const values = [...inputs];
  while (choose.left > 0) {
    const x = values[Math.max(0, values.length - 1 - choose.below(6))]!;
    const other = choose.of(values);
    const made = attempt(() => choose.of(rules)(x, other, choose));
    if (made !== undefined && made.size <= 4000 && made.rank <= 4) values.push(made);
  }
  return values.slice(-outputs);
};

export const inputShapes: fc.Arbitrary<readonly (readonly number[])[]> = fc.array(
  fc.array(fc.constantFrom(...LENGTHS), { maxLength: 2 }),
  { minLength: 2, maxLength: 3 },
);

/** Numbers of every kind: ordinary ones, zeros of both signs, and a few that are not finite. */
export const fill = (size: number, seed: number): Float64Array =>
  Float64Array.from({ length: size }, (_, i) => {
    const value = Math.fround(Math.sin(12.9898 * (i + 1) + 78.233 * seed) * 43758.5453);
    const fraction = Math.fround((value - Math.floor(value)) * 4 - 2);
    return i % 13 === 5 ? 0 : i % 29 === 11 ? -0 : i % 53 === 31 ? NaN : i % 61 === 40 ? Infinity : fraction;
  });
