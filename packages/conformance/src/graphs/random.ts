import { concat, constant, gradients, scan, stack, type Shape, type Tensor } from '@nalu/core';
import { trace, type Graph, sizeOf } from '@nalu/core/graph';
import fc from 'fast-check';

/** One step of a random graph: which operation, and numbers that choose operands and attributes. */
interface Instruction {
  readonly kind: number;
  readonly a: number;
  readonly b: number;
  readonly n: number;
}

/** A random graph in a form that shrinks well: every list of instructions is a well-typed graph. */
export interface Recipe {
  readonly instructions: readonly Instruction[];
  readonly differentiate: boolean;
  /** 1 or 4: sizes of the inputs. */
  readonly scale: number;
  /** In double precision, where the backend has it. */
  readonly double: boolean;
  readonly values: readonly number[];
}

/** Of one another's broadcasting; larger ones become loops where small ones are unrolled. */
const inputShapes = (scale: number): readonly Shape[] => [[3 * scale, 4 * scale], [4 * scale], [2, 3 * scale, 1]];

const LARGEST = 800;

const broadcasts = (a: Tensor, b: Tensor): boolean => {
  const rank = Math.min(a.rank, b.rank);
  return Array.from({ length: rank }, (_, i) => [a.shape.at(-1 - i)!, b.shape.at(-1 - i)!] as const).every(
    ([p, q]) => p === q || p === 1 || q === 1,
  );
};

/** b, or its mean where the shapes do not fit. */
const fitted = (a: Tensor, b: Tensor): Tensor => (broadcasts(a, b) ? b : b.mean());

const axisOf = (x: Tensor, n: number): number => n % x.rank;
const asMatrix = (x: Tensor): Tensor => x.reshape([-1, x.shape.at(-1) ?? 1]);

type Move = (a: Tensor, b: Tensor, n: number) => Tensor;
/** An axis is needed: a scalar becomes a vector of one. */
const withAxis =
  (move: Move): Move =>
  (a, b, n) =>
    move(a.rank === 0 ? a.reshape([1]) : a, b, n);

/** A scan has no derivative, so none is asked for. */
const loop = (a: Tensor, b: Tensor, n: number): ReturnType<typeof scan> => {
  const captured = b.mean().stopGradient();
  return scan({ length: 1 + (n % 4), carry: [a.stopGradient()], xs: [], keepEvery: 1 + (n % 2) }, ([state]) => {
    const next = state!.mul(0.75).add(captured).tanh();
    return { carry: [next], ys: [next.sum()] };
  });
};

/** What an instruction can be. Poles are moved away; what is ill-conditioned all the same, the error bound discards. */
const moves: readonly Move[] = [
  (a) => a.neg(),
  (a) => a.abs(),
  (a) => a.tanh(),
  (a) => a.sigmoid(),
  (a) => a.sin(),
  (a) => a.cos(),
  (a) => a.softplus(),
  (a) => a.tanh().square(),
  (a) => a.clamp(-3, 2).exp(),
  (a) => a.clamp(-2, 1.5).expm1(),
  (a) => a.square().add(0.5).log(),
  (a) => a.abs().log1p(),
  (a) => a.square().add(0.25).sqrt(),
  (a) => a.square().add(0.5).reciprocal(),
  (a) => a.relu(),
  (a) => a.sign(),
  (a) => a.floor(),
  (a) => a.round(),
  (a) => a.stopGradient(),
  (a, b) => a.add(fitted(a, b)),
  (a, b) => a.sub(fitted(a, b)),
  (a, b) => a.mul(fitted(a, b)),
  (a, b) => a.div(fitted(a, b).square().add(0.5)),
  (a, b) => a.abs().add(0.1).pow(fitted(a, b).clamp(-2, 2)),
  (a, b) => a.max(fitted(a, b)),
  (a, b) => a.min(fitted(a, b)),
  (a, b) => a.lt(fitted(a, b)).where(a, fitted(a, b)),
  (a, b) => a.le(0.25).where(fitted(a, b), a.mul(2)),
  withAxis((a, _, n) => a.sum(axisOf(a, n), { keepDims: n % 2 === 0 })),
  withAxis((a, _, n) => a.mean(axisOf(a, n))),
  withAxis((a, _, n) => a.clamp(-1.2, 1.2).prod(axisOf(a, n))),
  withAxis((a, _, n) => a.reduceMax(axisOf(a, n), { keepDims: n % 2 === 0 })),
  withAxis((a, _, n) => a.reduceMin(axisOf(a, n))),
  withAxis((a, _, n) => a.softmax(axisOf(a, n))),
  withAxis((a, _, n) => a.logSumExp(axisOf(a, n))),
  withAxis((a, _, n) => a.clamp(-1.2, 1.2).exclusiveProd(axisOf(a, n))),
  (a, b) =>
    asMatrix(a).shape[1] === asMatrix(b).shape[1]
      ? asMatrix(a).matmul(asMatrix(b), { transposeB: true })
      : asMatrix(a).matmul(asMatrix(a), { transposeA: true }),
  (a) => a.transpose(a.shape.map((_, axis) => a.rank - 1 - axis)),
  (a) => a.reshape([a.size]),
  (a, _, n) => a.broadcastTo([2 + (n % 2), ...a.shape]),
  withAxis((a, _, n) =>
    a.slice(
      a.shape.map((length, axis) => (axis === axisOf(a, n) && length > 1 ? 1 : 0)),
      a.shape,
    ),
  ),
  withAxis((a, _, n) =>
    a.pad(
      a.shape.map((__, axis) => (axis === axisOf(a, n) ? 1 : 0)),
      a.shape.map(() => 0),
      0.5,
    ),
  ),
  withAxis((a, _, n) => concat([a, a.neg()], axisOf(a, n))),
  (a) => stack([a, a.mul(0.5)]),
  withAxis((a, _, n) => a.gather(constant([0, n % 3, 0, 1]))),
  withAxis((a) => a.argmax().oneHot(3)),
  (a, b, n) => loop(a, b, n).carry[0]!,
  (a, b, n) => loop(a, b, n).ys[0]!,
];

const smaller = (x: Tensor): Tensor => (x.size > LARGEST ? x.mean(0) : x);

/** The graph that a recipe stands for. Outputs: the last value and one from the middle, or the gradients of the last. */
export const graphOf = ({ instructions, differentiate, scale }: Recipe): Graph =>
  trace(
    inputShapes(scale).map((shape, i) => ({ name: `x${i}`, shape })),
    (...inputs) => {
      const made: Tensor[] = [...inputs];
      for (const { kind, a, b, n } of instructions) {
        // Recent values are chosen more often, so that graphs get deep.
        const pick = (k: number): Tensor => made[made.length - 1 - (k % Math.min(made.length, 5))]!;
        made.push(smaller(moves[kind % moves.length]!(pick(a), pick(b), n)));
      }
      const last = made.at(-1)!;
      return differentiate ? gradients(last.tanh().sum(), inputs) : [last, made[made.length >> 1]!];
    },
  );

/** The recipe's values, as arrays for the inputs. */
export const inputsOf = ({ values, scale }: Recipe): readonly (readonly number[])[] =>
  inputShapes(scale).map((shape, i) => Array.from({ length: sizeOf(shape) }, (_, k) => values[(i * 7 + k * 3) % values.length]!));

const instruction: fc.Arbitrary<Instruction> = fc.record({
  kind: fc.nat({ max: moves.length - 1 }),
  a: fc.nat({ max: 59 }),
  b: fc.nat({ max: 59 }),
  n: fc.nat({ max: 11 }),
});

export const recipe: fc.Arbitrary<Recipe> = fc.record({
  instructions: fc.array(instruction, { minLength: 1, maxLength: 12 }),
  differentiate: fc.boolean(),
  scale: fc.constantFrom(1, 4),
  double: fc.boolean(),
  values: fc.array(
    fc.integer({ min: -2000, max: 2000 }).map((k) => Math.fround(k / 1000)),
    { minLength: 12, maxLength: 12 },
  ),
});
