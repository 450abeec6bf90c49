import { describe, expect, test } from 'vitest';
import { constant, type Tensor } from '../../src/tensor/tensor.ts';
import { clipByGlobalNorm, clipByValue } from '../../src/training/clipping.ts';
import { adam, rmsProp, sgd, type Optimiser } from '../../src/training/optimisers.ts';
import {
  constantSchedule,
  cosine,
  exponential,
  linearWarmUp,
  productOf,
  stepwise,
  type Schedule,
} from '../../src/training/schedules.ts';
import {
  growth,
  inaluSparsity,
  l1,
  l2,
  linearRamp,
  mcfcSaturation,
  realNpuSparsity,
  sparsity,
  type Regulariser,
} from '../../src/training/regularisers.ts';
import { gradients } from '../../src/transform/grad.ts';
import { f64, run } from '../support.ts';

/** ½·Σ aᵢ(pᵢ − bᵢ)²: its gradient is a·(p − b). */
const SLOPES = [1, 30] as const;
const MINIMUM = [2, -1] as const;
const START = [-1, 0.5] as const;

/** Parameters after each of `steps` steps of the optimiser on the quadratic. */
const descend = (optimiser: Optimiser, steps: number): readonly number[][] => {
  let parameter = [...START] as number[];
  let slots = optimiser.slots.map(() => [0, 0]);
  return Array.from({ length: steps }, (_, step) => {
    const shapes = [[2], ...slots.map(() => [2]), []];
    const results = run(
      shapes,
      [Float64Array.from(parameter), ...slots.map((slot) => Float64Array.from(slot)), f64(step + 1)],
      (p, ...rest) => {
        const gradient = p!.sub(constant(MINIMUM)).mul(constant(SLOPES));
        const hyper = optimiser.hyper as { readonly [name: string]: number };
        const next = optimiser.begin(hyper, hyper['learningRate']!, rest.at(-1)!)(p!, gradient, rest.slice(0, -1));
        return [next.parameter, ...next.slots];
      },
    );
    parameter = results[0]!;
    slots = results.slice(1);
    return parameter;
  });
};

type Rule = (gradient: number, memory: Record<string, number>, t: number) => number;

/** The textbook's scalar recurrences, written with plain numbers. */
const rules: Readonly<Record<string, { readonly optimiser: Optimiser; readonly rule: Rule }>> = {
  'gradient descent': { optimiser: sgd({ learningRate: 0.02 }), rule: (g) => 0.02 * g },
  momentum: {
    optimiser: sgd({ learningRate: 0.01, momentum: 0.9 }),
    rule: (g, memory) => {
      memory['b'] = 0.9 * (memory['b'] ?? 0) + g;
      return 0.01 * memory['b'];
    },
  },
  RMSProp: {
    optimiser: rmsProp({ learningRate: 0.05, decay: 0.95, epsilon: 1e-6 }),
    rule: (g, memory) => {
      memory['v'] = 0.95 * (memory['v'] ?? 0) + 0.05 * g * g;
      return (0.05 * g) / (Math.sqrt(memory['v']) + 1e-6);
    },
  },
  'RMSProp in the style of TensorFlow': {
    optimiser: rmsProp({ learningRate: 0.05, style: 'tensorflow' }),
    rule: (g, memory) => {
      memory['v'] = 0.9 * (memory['v'] ?? 1) + 0.1 * g * g;
      return (0.05 * g) / Math.sqrt(memory['v'] + 1e-10);
    },
  },
  Adam: {
    optimiser: adam({ learningRate: 0.1 }),
    rule: (g, memory, t) => {
      memory['m'] = 0.9 * (memory['m'] ?? 0) + 0.1 * g;
      memory['v'] = 0.999 * (memory['v'] ?? 0) + 0.001 * g * g;
      return (0.1 * (memory['m'] / (1 - 0.9 ** t))) / (Math.sqrt(memory['v'] / (1 - 0.999 ** t)) + 1e-8);
    },
  },
  'Adam without memory': {
    optimiser: adam({ learningRate: 0.1, beta1: 0, beta2: 0 }),
    rule: (g) => (0.1 * g) / (Math.abs(g) + 1e-8),
  },
};

describe.each(Object.entries(rules))('%s', (_, { optimiser, rule }) => {
  test('follows its recurrence on a quadratic', () => {
    const memories: Record<string, number>[] = [{}, {}];
    const position = [...START] as number[];
    descend(optimiser, 40).forEach((got, step) => {
      position.forEach((p, i) => {
        position[i] = p - rule(SLOPES[i]! * (p - MINIMUM[i]!), memories[i]!, step + 1);
      });
      got.forEach((value, i) => expect(value).toBeCloseTo(position[i]!, 10));
    });
  });
});

test('the first step of Adam is the learning rate, whatever the gradient', () => {
  const [first] = descend(adam({ learningRate: 0.01 }), 1);
  expect(first![0]).toBeCloseTo(START[0] + 0.01, 8);
  expect(first![1]).toBeCloseTo(START[1] - 0.01, 8);
});

test('settings are checked', () => {
  expect(() => adam({ beta2: 1 })).toThrow('adam: beta2 must be at least 0 and below 1, but it is 1');
  expect(() => sgd({ learningRate: -1 })).toThrow('sgd: learningRate must be a number of at least 0, but it is -1');
  expect(() => rmsProp({ epsilon: [1e-8, 0] })).toThrow('rmsProp: epsilon must be positive, but it is 0');
});

const at = (schedule: Schedule, ...steps: readonly number[]): readonly number[] =>
  steps.map((step) => run([[]], [f64(step)], (t) => schedule(t!))[0]![0]!);

test('schedules are their formulas', () => {
  expect(at(constantSchedule(), 0, 1e6)).toEqual([1, 1]);
  expect(at(linearWarmUp(4), 0, 1, 3, 4, 100)).toEqual([0.25, 0.5, 1, 1, 1]);
  at(cosine(100, 0.1), 0, 25, 50, 100, 200).forEach((value, i) =>
    expect(value).toBeCloseTo([1, 0.1 + 0.45 * (1 + Math.SQRT1_2), 0.55, 0.1, 0.1][i]!, 12),
  );
  at(exponential(0.5, 10), 0, 5, 10, 30).forEach((value, i) => expect(value).toBeCloseTo([1, Math.SQRT1_2, 0.5, 0.125][i]!, 12));
  at(stepwise(0.1, 10), 0, 9, 10, 25).forEach((value, i) => expect(value).toBeCloseTo([1, 1, 0.1, 0.01][i]!, 12));
  expect(at(productOf(linearWarmUp(2), stepwise(0.5, 2)), 0, 1, 2)).toEqual([0.5, 1, 0.5]);
  expect(at(linearRamp(10, 100, 200), 0, 100, 150, 200, 300)).toEqual([0, 0, 5, 10, 10]);
  expect(() => cosine(0)).toThrow('at least 1');
});

const clipped = (limit: number, ...values: readonly Float64Array[]): number[][] =>
  run(
    values.map((value) => [value.length]),
    values,
    (...all) => clipByGlobalNorm(limit)(all),
  );

test('clipping by norm keeps the direction and counts all parameters together', () => {
  expect(clipped(5, f64(3), f64(0, 4))).toEqual([[3], [0, 4]]);
  const [a, b] = clipped(1, f64(3), f64(0, 4));
  expect(a![0]).toBeCloseTo(0.6, 15);
  expect(b![1]).toBeCloseTo(0.8, 15);
  expect(clipped(1, f64(0), f64(0, 0))).toEqual([[0], [0, 0]]);
});

test('clipping by norm does not overflow where squares do', () => {
  const [a] = clipped(1, f64(3e200, 4e200));
  expect(a![0]).toBeCloseTo(0.6, 12);
  expect(a![1]).toBeCloseTo(0.8, 12);
});

test('clipping by value cuts every element; NaN stays for others to see', () => {
  expect(run([[4]], [f64(-3, 0.5, 2, NaN)], (g) => clipByValue(1)([g!]))).toEqual([[-1, 0.5, 1, NaN]]);
  expect(() => clipByValue(0)).toThrow('the limit must be positive');
});

test('regularisers and their derivatives', () => {
  const values = f64(-2, 0.25, 0.5, 0.9);
  const context = (p: Parameters<typeof gradients>[0]) => ({
    parameters: new Map([['w', p]]),
    weights: [
      { path: 'w', weights: p, free: false },
      { path: 'dense', weights: p, free: true },
    ],
    step: constant(3),
    loss: constant(0.5),
  });
  const both = (regulariser: ReturnType<typeof l1>): number[][] =>
    run([[4]], [values], (p) => {
      const value = regulariser(context(p!));
      return [value, ...gradients(value, [p!])];
    });
  const [absolute, signs] = both(l1(0.1));
  expect(absolute![0]).toBeCloseTo(0.365, 14);
  signs!.forEach((value, i) => expect(value).toBeCloseTo([-0.1, 0.1, 0.1, 0.1][i]!, 14));
  const [square, doubled] = both(l2((step) => step.mul(0.1)));
  expect(square![0]).toBeCloseTo(0.3 * (4 + 0.0625 + 0.25 + 0.81), 14);
  expect(doubled![0]).toBeCloseTo(-1.2, 14);
  const [distance] = both(sparsity(1));
  expect(distance![0]).toBeCloseTo((1 + 0.25 + 0.5 + 0.1) / 4, 14);
});

test('the strength of a regulariser grows by steps up to its end', () => {
  const strengthAt = (step: number, strength: (step: Tensor) => Tensor): number =>
    run([[]], [f64(step)], (t) => strength(t!))[0]![0]!;
  const tens = growth(1e-9, 1e-7);
  [0, 9_999, 10_000, 19_999, 20_000, 90_000].forEach((step, i) =>
    expect(strengthAt(step, tens) / [1e-9, 1e-9, 1e-8, 1e-8, 1e-7, 1e-7][i]!).toBeCloseTo(1, 12),
  );
  const down = growth(1, 0.25, { factor: 0.5, every: 10 });
  expect([0, 10, 20, 50].map((step) => strengthAt(step, down))).toEqual([1, 0.5, 0.25, 0.25]);
  expect([5, 20, 30, 99].map((step) => strengthAt(step, linearRamp(10, 20, 40)))).toEqual([0, 0, 5, 10]);
});

test('regularisers of single modules look at their own parameters', () => {
  const value = (regulariser: Regulariser, paths: readonly string[], step: number, loss: number): number =>
    run([[2]], [f64(0.25, -30)], (p) =>
      regulariser({
        parameters: new Map(paths.map((path) => [path, p!])),
        weights: [],
        step: constant(step),
        loss: constant(loss),
      }),
    )[0]![0]!;
  // |1 − |W||: 0.75 and 29; min(|g|, |1 − g|): 0.25 and 30; each as a mean.
  expect(value(realNpuSparsity(2), ['0/real', '0/relevance', '1/weight'], 0, 1)).toBeCloseTo(2 * (29.75 / 2 + 30.25 / 2), 12);
  // max(20 − |t|, 0): 19.75 and 0.
  expect(value(inaluSparsity(), ['gate', 'add/wHat'], 10_001, 0.9)).toBeCloseTo((2 * 0.05 * 19.75) / 2, 12);
  expect(value(inaluSparsity(), ['gate'], 10_000, 0.9)).toBe(0);
  expect(value(inaluSparsity(), ['gate'], 10_001, 1)).toBe(0);
  expect(value(mcfcSaturation(3), ['redistribution', 'mcfc/gateBias', 'bias'], 0, 1)).toBeCloseTo((-3 * 2 * 900.0625) / 2, 9);
});
