import { beforeAll, describe, expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs';
import { concat, constant, gradients, type Tensor } from '@nalu/core';
import { interpret, sizeOf, trace, type Shape } from '@nalu/core/graph';

/** The same function in both frameworks. The loss is Σ w ⊙ f(x) with fixed weights. */
interface Pair {
  readonly name: string;
  readonly shapes: readonly Shape[];
  readonly ours: (...xs: Tensor[]) => Tensor;
  readonly theirs: (...xs: tf.Tensor[]) => tf.Tensor;
  /** Values between 0.2 and 2 instead of −2 and 2. */
  readonly positive?: boolean;
}

const one: readonly Shape[] = [[3, 4]];
const two: readonly Shape[] = [
  [3, 4],
  [3, 4],
];
const broadcast: readonly Shape[] = [
  [2, 3, 4],
  [3, 1],
];

const indices = [2, 0, 2, 1];
const maskOf = (size: number): readonly number[] => Array.from({ length: size }, (_, i) => (i % 3 === 0 ? 1 : 0));

/** y = g ⊙ xW + (1 − g) ⊙ exp(log(|x| + ε)W), squared. */
const nalu: Pair = {
  name: 'a NALU with mean squared error',
  shapes: [
    [5, 3],
    [3, 2],
    [3, 2],
    [3, 2],
  ],
  ours: (x, wHat, mHat, gate) => {
    const w = wHat!.tanh().mul(mHat!.sigmoid());
    const g = x!.matmul(gate!).sigmoid();
    const product = x!.abs().add(1e-6).log().matmul(w).exp();
    return g.mul(x!.matmul(w)).add(g.neg().add(1).mul(product)).sub(1).square().mean();
  },
  theirs: (x, wHat, mHat, gate) => {
    const w = tf.mul(tf.tanh(wHat!), tf.sigmoid(mHat!));
    const g = tf.sigmoid(tf.matMul(x!, gate!));
    const product = tf.exp(tf.matMul(tf.log(tf.add(tf.abs(x!), 1e-6)), w));
    const y = tf.add(tf.mul(g, tf.matMul(x!, w)), tf.mul(tf.sub(1, g), product));
    return tf.mean(tf.square(tf.sub(y, 1)));
  },
};

const pairs: readonly Pair[] = [
  { name: 'neg', shapes: one, ours: (x) => x!.neg(), theirs: (x) => tf.neg(x!) },
  { name: 'abs', shapes: one, ours: (x) => x!.abs(), theirs: (x) => tf.abs(x!) },
  { name: 'exp', shapes: one, ours: (x) => x!.exp(), theirs: (x) => tf.exp(x!) },
  { name: 'expm1', shapes: one, ours: (x) => x!.expm1(), theirs: (x) => tf.expm1(x!) },
  { name: 'log', shapes: one, positive: true, ours: (x) => x!.log(), theirs: (x) => tf.log(x!) },
  { name: 'log1p', shapes: one, positive: true, ours: (x) => x!.log1p(), theirs: (x) => tf.log1p(x!) },
  { name: 'sqrt', shapes: one, positive: true, ours: (x) => x!.sqrt(), theirs: (x) => tf.sqrt(x!) },
  { name: 'reciprocal', shapes: one, positive: true, ours: (x) => x!.reciprocal(), theirs: (x) => tf.reciprocal(x!) },
  { name: 'sin', shapes: one, ours: (x) => x!.sin(), theirs: (x) => tf.sin(x!) },
  { name: 'cos', shapes: one, ours: (x) => x!.cos(), theirs: (x) => tf.cos(x!) },
  { name: 'tanh', shapes: one, ours: (x) => x!.tanh(), theirs: (x) => tf.tanh(x!) },
  { name: 'sigmoid', shapes: one, ours: (x) => x!.sigmoid(), theirs: (x) => tf.sigmoid(x!) },
  { name: 'softplus', shapes: one, ours: (x) => x!.softplus(), theirs: (x) => tf.softplus(x!) },
  { name: 'relu', shapes: one, ours: (x) => x!.relu(), theirs: (x) => tf.relu(x!) },
  { name: 'clamp', shapes: one, ours: (x) => x!.clamp(-0.7, 0.9), theirs: (x) => tf.clipByValue(x!, -0.7, 0.9) },
  { name: 'floor', shapes: one, ours: (x) => x!.floor(), theirs: (x) => tf.floor(x!) },
  { name: 'add', shapes: broadcast, ours: (a, b) => a!.add(b!), theirs: (a, b) => tf.add(a!, b!) },
  { name: 'sub', shapes: broadcast, ours: (a, b) => a!.sub(b!), theirs: (a, b) => tf.sub(a!, b!) },
  { name: 'mul', shapes: broadcast, ours: (a, b) => a!.mul(b!), theirs: (a, b) => tf.mul(a!, b!) },
  { name: 'div', shapes: broadcast, positive: true, ours: (a, b) => a!.div(b!), theirs: (a, b) => tf.div(a!, b!) },
  { name: 'pow', shapes: broadcast, positive: true, ours: (a, b) => a!.pow(b!), theirs: (a, b) => tf.pow(a!, b!) },
  { name: 'max', shapes: two, ours: (a, b) => a!.max(b!), theirs: (a, b) => tf.maximum(a!, b!) },
  { name: 'min', shapes: two, ours: (a, b) => a!.min(b!), theirs: (a, b) => tf.minimum(a!, b!) },
  {
    name: 'where',
    shapes: two,
    ours: (a, b) => constant(maskOf(12), [3, 4]).where(a!, b!),
    theirs: (a, b) => tf.where(tf.tensor(maskOf(12) as number[], [3, 4], 'bool'), a!, b!),
  },
  { name: 'sum', shapes: [[2, 3, 4]], ours: (x) => x!.sum([0, 2]), theirs: (x) => tf.sum(x!, [0, 2]) },
  { name: 'mean', shapes: [[2, 3, 4]], ours: (x) => x!.mean(1), theirs: (x) => tf.mean(x!, 1) },
  { name: 'prod', shapes: one, ours: (x) => x!.prod(1), theirs: (x) => tf.prod(x!, 1) },
  { name: 'reduceMax', shapes: one, ours: (x) => x!.reduceMax(1), theirs: (x) => tf.max(x!, 1) },
  { name: 'reduceMin', shapes: one, ours: (x) => x!.reduceMin(0), theirs: (x) => tf.min(x!, 0) },
  { name: 'softmax', shapes: one, ours: (x) => x!.softmax(), theirs: (x) => tf.softmax(x!) },
  { name: 'logSumExp', shapes: one, ours: (x) => x!.logSumExp(1), theirs: (x) => tf.logSumExp(x!, 1) },
  {
    name: 'matmul',
    shapes: [
      [3, 4],
      [4, 2],
    ],
    ours: (a, b) => a!.matmul(b!),
    theirs: (a, b) => tf.matMul(a!, b!),
  },
  {
    name: 'matmul Aᵀ·B',
    shapes: [
      [4, 3],
      [4, 2],
    ],
    ours: (a, b) => a!.matmul(b!, { transposeA: true }),
    theirs: (a, b) => tf.matMul(a!, b!, true),
  },
  {
    name: 'matmul A·Bᵀ',
    shapes: [
      [3, 4],
      [2, 4],
    ],
    ours: (a, b) => a!.matmul(b!, { transposeB: true }),
    theirs: (a, b) => tf.matMul(a!, b!, false, true),
  },
  {
    name: 'matmul Aᵀ·Bᵀ, batched',
    shapes: [
      [2, 4, 3],
      [2, 2, 4],
    ],
    ours: (a, b) => a!.matmul(b!, { transposeA: true, transposeB: true }),
    theirs: (a, b) => tf.matMul(a!, b!, true, true),
  },
  { name: 'transpose', shapes: [[2, 3, 4]], ours: (x) => x!.transpose([2, 0, 1]), theirs: (x) => tf.transpose(x!, [2, 0, 1]) },
  { name: 'reshape', shapes: one, ours: (x) => x!.reshape([2, 6]), theirs: (x) => tf.reshape(x!, [2, 6]) },
  { name: 'broadcastTo', shapes: [[3, 1]], ours: (x) => x!.broadcastTo([2, 3, 4]), theirs: (x) => tf.broadcastTo(x!, [2, 3, 4]) },
  { name: 'slice', shapes: one, ours: (x) => x!.slice([1, 0], [3, 3]), theirs: (x) => tf.slice(x!, [1, 0], [2, 3]) },
  {
    name: 'pad',
    shapes: one,
    ours: (x) => x!.pad([1, 0], [0, 2]),
    theirs: (x) =>
      tf.pad(x!, [
        [1, 0],
        [0, 2],
      ]),
  },
  { name: 'concat', shapes: two, ours: (a, b) => concat([a!, b!], 1), theirs: (a, b) => tf.concat([a!, b!], 1) },
  {
    name: 'gather',
    shapes: one,
    ours: (x) => x!.gather(constant(indices)),
    theirs: (x) => tf.gather(x!, tf.tensor1d(indices, 'int32')),
  },
  nalu,
];

/** Values without order, the same for both. */
const valuesFor = (shape: Shape, which: number, positive: boolean): Float32Array =>
  Float32Array.from({ length: sizeOf(shape) }, (_, i) => {
    const fraction = ((i + 1 + 17 * which) * 0.6180339887) % 1;
    return positive ? 0.2 + 1.8 * fraction : 4 * fraction - 2;
  });

const weightsFor = (size: number): readonly number[] =>
  Array.from({ length: size }, (_, i) => Math.fround(0.3 + ((i * 5) % 7) / 7));

const ourGradients = ({ shapes, ours }: Pair, values: readonly Float32Array[]): readonly number[][] => {
  const graph = trace(
    shapes.map((shape, i) => ({ name: `x${i}`, shape })),
    (...xs) => {
      const y = ours(...xs);
      return gradients(y.mul(constant(weightsFor(y.size), y.shape)).sum(), xs);
    },
  );
  return interpret(graph, values).map((gradient) => [...gradient]);
};

const theirGradients = ({ shapes, theirs }: Pair, values: readonly Float32Array[]): readonly number[][] =>
  tf.tidy(() => {
    const loss = (...xs: tf.Tensor[]): tf.Tensor => {
      const y = theirs(...xs);
      return tf.sum(tf.mul(y, tf.tensor(weightsFor(y.size) as number[], y.shape)));
    };
    return tf
      .grads(loss)(values.map((each, i) => tf.tensor(each, [...shapes[i]!])))
      .map((gradient) => [...gradient.dataSync()]);
  });

describe('gradients agree with those of TensorFlow.js', () => {
  beforeAll(async () => {
    // Silences its advice to install another package.
    tf.env().set('IS_TEST', true);
    await tf.setBackend('cpu');
  });

  test.each(pairs)('$name', (pair) => {
    const values = pair.shapes.map((shape, i) => valuesFor(shape, i, pair.positive ?? false));
    const expected = theirGradients(pair, values);
    ourGradients(pair, values).forEach((gradient, input) => {
      expect(gradient).toHaveLength(expected[input]!.length);
      gradient.forEach((value, i) =>
        expect(
          Math.abs(value - expected[input]![i]!),
          `input ${input}, element ${i}: ${value}, TensorFlow.js says ${expected[input]![i]}`,
        ).toBeLessThanOrEqual(2e-5 * Math.max(1, Math.abs(value))),
      );
    });
  });
});
