import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gradients } from '../../src/transform/grad.ts';
import { customVjp } from '../../src/transform/customVjp.ts';
import { scan } from '../../src/transform/scan.ts';
import { concat, type Tensor } from '../../src/tensor/tensor.ts';
import type { Shape } from '../../src/tensor/shape.ts';
import { sizeOf } from '../../src/tensor/shape.ts';
import { DerivativeError, ShapeError } from '../../src/errors.ts';
import { interpret } from '../../src/backend/interpret.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { uniform } from '../../src/random/uniform.ts';
import { f64, graphOf, run } from '../support.ts';

type Function = (...inputs: Tensor[]) => Tensor;

const STEP = 1e-6;

/** A graph of f and of the derivatives of Σ w·f, with fixed weights w so that no direction cancels. */
const graphsOf = (shapes: readonly Shape[], f: Function) => ({
  value: graphOf(shapes, (...args) => weigh(f(...args))),
  derivatives: graphOf(shapes, (...args) => gradients(weigh(f(...args)), args)),
});

const centralDifferences = (value: Graph, inputs: readonly Float64Array[]): number[] =>
  inputs.flatMap((input, position) =>
    Array.from(input, (_, i) => {
      const [below, above] = [-STEP, STEP].map(
        (shift) =>
          interpret(
            value,
            inputs.map((each, j) => (j === position ? each.map((x, k) => (k === i ? x + shift : x)) : each)),
          )[0]![0]!,
      );
      return (above! - below!) / (2 * STEP);
    }),
  );

const weightOf = (i: number): number => 1 + Math.sin(3 * i + 1) / 2;

const weigh = (y: Tensor): Tensor => {
  const flat = y.reshape([y.size]);
  const weights = concat(Array.from({ length: y.size }, (_, i) => flat.slice([i], [i + 1]).mul(weightOf(i))));
  return weights.sum();
};

const derivatives = (shapes: readonly Shape[], inputs: readonly Float64Array[], f: Function): number[][] =>
  run(shapes, inputs, (...args) => gradients(weigh(f(...args)), args));

interface Case {
  readonly name: string;
  readonly shapes: readonly Shape[];
  readonly f: Function;
  readonly domain?: readonly [number, number];
}

const smooth: readonly Case[] = [
  ...(
    [
      'neg',
      'abs',
      'exp',
      'expm1',
      'sin',
      'cos',
      'tanh',
      'sigmoid',
      'softplus',
      'reciprocal',
      'sqrt',
      'log',
      'log1p',
      'square',
    ] as const
  ).map((name) => ({
    name,
    shapes: [[2, 3]],
    f: (x: Tensor) => x[name](),
    domain: [0.3, 2] as const,
  })),
  { name: 'abs of negatives', shapes: [[3]], f: (x) => x.abs(), domain: [-2, -0.5] },
  { name: 'sigmoid of negatives', shapes: [[3]], f: (x) => x.sigmoid().mul(x.tanh()), domain: [-3, -0.5] },
  { name: 'add, broadcast', shapes: [[2, 3], [3]], f: (a, b) => a.add(b) },
  {
    name: 'sub, broadcast',
    shapes: [
      [2, 1],
      [1, 3],
    ],
    f: (a, b) => a.sub(b),
  },
  { name: 'mul of itself', shapes: [[4]], f: (a) => a.mul(a).mul(a) },
  { name: 'div', shapes: [[2, 2], []], f: (a, b) => a.div(b), domain: [0.5, 2] },
  { name: 'pow', shapes: [[3], [3]], f: (a, b) => a.pow(b), domain: [0.5, 2] },
  { name: 'whole power of negatives', shapes: [[3]], f: (a) => a.pow(3).add(a.pow(-2)), domain: [-2, -0.5] },
  { name: 'min and max', shapes: [[5], [5]], f: (a, b) => a.min(b).add(a.max(b).mul(2)) },
  { name: 'where', shapes: [[5], [5]], f: (a, b) => a.lt(b).where(a.mul(b), b.sub(a)) },
  { name: 'clamp', shapes: [[6]], f: (a) => a.clamp(-0.7, 0.9) },
  { name: 'relu', shapes: [[6]], f: (a) => a.relu() },
  { name: 'sum', shapes: [[2, 3, 2]], f: (a) => a.mul(a).sum([0, 2]) },
  { name: 'mean', shapes: [[2, 3]], f: (a) => a.mul(a).mean(1, { keepDims: true }) },
  { name: 'prod', shapes: [[2, 3, 2]], f: (a) => a.prod([0, 2]) },
  { name: 'reduceMin, reduceMax', shapes: [[2, 4]], f: (a) => a.reduceMin(1).mul(a.reduceMax(0).sum()) },
  { name: 'exclusiveProd', shapes: [[3, 4]], f: (a) => a.exclusiveProd(0).add(a.exclusiveProd(1)) },
  { name: 'logSumExp', shapes: [[2, 3]], f: (a) => a.logSumExp(0) },
  { name: 'softmax', shapes: [[2, 3]], f: (a) => a.softmax() },
  {
    name: 'matmul',
    shapes: [
      [2, 3],
      [3, 4],
    ],
    f: (a, b) => a.matmul(b),
  },
  {
    name: 'matmul aᵀ',
    shapes: [
      [3, 2],
      [3, 4],
    ],
    f: (a, b) => a.matmul(b, { transposeA: true }),
  },
  {
    name: 'matmul bᵀ',
    shapes: [
      [2, 3],
      [4, 3],
    ],
    f: (a, b) => a.matmul(b, { transposeB: true }),
  },
  {
    name: 'matmul aᵀbᵀ',
    shapes: [
      [3, 2],
      [4, 3],
    ],
    f: (a, b) => a.matmul(b, { transposeA: true, transposeB: true }),
  },
  {
    name: 'batched matmul, broadcast',
    shapes: [
      [2, 2, 3],
      [3, 2],
    ],
    f: (a, b) => a.matmul(b),
  },
  { name: 'transpose', shapes: [[2, 3, 2]], f: (a) => a.transpose([2, 0, 1]).mul(a.transpose([0, 2, 1]).sum()) },
  { name: 'slice, pad', shapes: [[3, 4]], f: (a) => a.slice([1, 0], [3, 2]).pad([1, 0], [0, 2], 3).mul(2) },
  {
    name: 'concat',
    shapes: [
      [2, 2],
      [2, 3],
    ],
    f: (a, b) => concat([a, b, a], 1).mul(1.5),
  },
  { name: 'gather', shapes: [[4, 2]], f: (a) => a.gather(a.slice([0, 0], [3, 1]).mul(0).add(2).reshape([3])).mul(2) },
  { name: 'broadcastTo', shapes: [[1, 3]], f: (a) => a.broadcastTo([2, 2, 3]) },
];

describe('gradients agree with central differences in f64', () => {
  it.each(smooth)('$name', ({ shapes, f, domain: [low, high] = [-2, 2] }) => {
    const graphs = graphsOf(shapes, f);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
        // Random numbers are in general position: no kink is closer than the difference's step.
        const inputs = shapes.map((shape, stream) =>
          Float64Array.from(uniform(seed, 0, stream, 0, sizeOf(shape)), (u) => low + (high - low) * u),
        );
        const exact = interpret(graphs.derivatives, inputs).flatMap((values) => Array.from(values));
        const approximate = centralDifferences(graphs.value, inputs);
        const wrong = exact.filter((value, i) => !(Math.abs(value - approximate[i]!) <= 1e-5 * (1 + Math.abs(value))));
        expect(wrong).toEqual([]);
      }),
      { numRuns: 5, seed: 7 },
    );
  });
});

describe('gradients at kinks and edges', () => {
  const at = (f: Function, ...xs: readonly number[]): number[] =>
    derivatives([[xs.length]], [f64(...xs)], f)[0]!.map((g, i) => g / weightOf(i));

  it('states the derivative at kinks', () => {
    expect(at((x) => x.abs(), 0, -0)).toEqual([0, -0]);
    expect(at((x) => x.relu(), 0, -1, 1)).toEqual([0, 0, 1]);
    expect(at((x) => x.clamp(-1, 1), -1, 1, 1.5)).toEqual([1, 1, 0]);
    expect(at((x) => x.sqrt(), 0, 4)).toEqual([0, 0.25]);
  });

  it('shares ties of min and max', () => {
    expect(at((x) => x.max(1), 1, 2)).toEqual([0.5, 1]);
    expect(run([[3]], [f64(2, 5, 5)], (x) => gradients(x.reduceMax(), [x]))[0]).toEqual([0, 0.5, 0.5]);
  });

  it('is empty for products of empty tensors', () => {
    const product = (axes: readonly number[]) => run([[2, 0, 3]], [f64()], (x) => gradients(x.prod(axes).sum(), [x]))[0];
    expect(product([2])).toEqual([]);
    expect(product([1])).toEqual([]);
  });

  it('is right for products with zeros', () => {
    const product = (...xs: readonly number[]) => run([[xs.length]], [f64(...xs)], (x) => gradients(x.prod(), [x]))[0];
    expect(product(2, 0, 5)).toEqual([0, 10, 0]);
    expect(product(0, 0, 5)).toEqual([0, 0, 0]);
  });

  it('keeps pow finite at zero', () => {
    const both = (a: number, b: number) => run([[], []], [f64(a), f64(b)], (x, y) => gradients(x.pow(y), [x, y])).flat();
    expect(both(0, 2)).toEqual([0, 0]);
    expect(both(0, 1)).toEqual([1, 0]);
    expect(both(0, 0.5)).toEqual([0, 0]);
  });

  it('gives second derivatives', () => {
    const second = run([[3]], [f64(2, 3, 5)], (x) => gradients(gradients(x.prod(), [x])[0]!.sum(), [x]));
    expect(second[0]).toEqual([8, 7, 5]);
    const [value] = run([[]], [f64(0.3)], (x) => gradients(gradients(x.tanh(), [x])[0]!, [x]));
    const t = Math.tanh(0.3);
    expect(value![0]).toBeCloseTo(-2 * t * (1 - t * t), 12);
  });

  it('gives zeros where the loss does not depend on a tensor', () => {
    expect(run([[2], [2]], [f64(1, 2), f64(3, 4)], (a, b) => gradients(a.sum(), [a, b]))).toEqual([
      [1, 1],
      [0, 0],
    ]);
    expect(run([[2]], [f64(1, 2)], (a) => gradients(a.stopGradient().mul(a).sum(), [a]))).toEqual([[1, 2]]);
  });
});

describe('customVjp', () => {
  it('uses its own derivative, and computes by its body', () => {
    const straightThrough = customVjp(
      'round',
      (x) => x.round(),
      ({ g }) => [g],
    );
    expect(
      run([[3]], [f64(0.4, 1.6, 2.5)], (x) => [straightThrough(x), ...gradients(straightThrough(x).mul(3).sum(), [x])]),
    ).toEqual([
      [0, 2, 2],
      [3, 3, 3],
    ]);
  });

  it('rejects a cotangent of another shape', () => {
    const wrong = customVjp(
      'wrong',
      (x) => x.exp(),
      ({ g }) => [g.sum()],
    );
    expect(() => run([[3]], [f64(1, 2, 3)], (x) => wrong(x))).toThrow(ShapeError);
  });
});

describe('scan', () => {
  it('says that it has no derivative and what to do', () => {
    const loop = (x: Tensor) => scan({ length: 3, carry: [x] }, ([c]) => ({ carry: [c!.mul(2)] })).carry[0]!;
    expect(() => run([[]], [f64(1)], (x) => gradients(loop(x), [x]))).toThrow(DerivativeError);
    expect(() => run([[]], [f64(1)], (x) => gradients(loop(x), [x]))).toThrow(/unroll/);
  });
});
