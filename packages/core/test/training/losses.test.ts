import { expect, test } from 'vitest';
import { crossEntropy, huber, lossValue, mae, mse, type Loss } from '../../src/training/losses.ts';
import { gradients } from '../../src/transform/grad.ts';
import { f64, run } from '../support.ts';

const PREDICTION = f64(1, -2, 0.5, 3, -1, 0);
const TARGET = f64(0, -2.5, 2, 3, 1, 0.25);
const SHAPE = [3, 2] as const;

const valueOf = (loss: Loss, prediction: Float64Array, target: Float64Array): number =>
  run([SHAPE, SHAPE], [prediction, target], (p, t) => lossValue(loss, p!, t!))[0]![0]!;

const mean = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0) / values.length;
const distances = Array.from(PREDICTION, (p, i) => p - TARGET[i]!);

test('losses are the means of their definitions', () => {
  expect(valueOf(mse(), PREDICTION, TARGET)).toBeCloseTo(mean(distances.map((d) => d * d)), 14);
  expect(valueOf(mae(), PREDICTION, TARGET)).toBeCloseTo(mean(distances.map(Math.abs)), 14);
  const parabolaOrLine = (delta: number) => (d: number) =>
    Math.abs(d) <= delta ? d ** 2 / 2 : delta * (Math.abs(d) - delta / 2);
  for (const delta of [0.3, 1, 5])
    expect(valueOf(huber(delta), PREDICTION, TARGET)).toBeCloseTo(mean(distances.map(parabolaOrLine(delta))), 14);
});

test('cross-entropy is −log of the probability of the right class, also for logits that overflow exp', () => {
  const oneHot = f64(1, 0, 0, 1, 0, 1);
  const rows = [0, 1, 2].map((r) => [PREDICTION[2 * r]!, PREDICTION[2 * r + 1]!] as const);
  const wanted = mean(rows.map(([a, b], r) => Math.log(Math.exp(a) + Math.exp(b)) - (oneHot[2 * r] === 1 ? a : b)));
  expect(valueOf(crossEntropy(), PREDICTION, oneHot)).toBeCloseTo(wanted, 14);
  expect(valueOf(crossEntropy(), f64(1e4, 0, 0, 1e4, -1e4, 1e4), oneHot)).toBe(0);
});

test('the derivative of cross-entropy is softmax minus target, over rows', () => {
  const target = f64(1, 0, 0.25, 0.75, 0, 1);
  const [slope] = run([SHAPE, SHAPE], [PREDICTION, target], (p, t) => gradients(lossValue(crossEntropy(), p!, t!), [p!]));
  slope!.forEach((value, i) => {
    const row = [PREDICTION[i - (i % 2)]!, PREDICTION[i - (i % 2) + 1]!];
    const softmax = Math.exp(row[i % 2]!) / (Math.exp(row[0]!) + Math.exp(row[1]!));
    expect(value).toBeCloseTo((softmax - target[i]!) / 3, 14);
  });
});

const weighted = (loss: Loss, prediction: Float64Array, target: Float64Array, weights: Float64Array): number[][] =>
  run([SHAPE, SHAPE, [3]], [prediction, target, weights], (p, t, w) => {
    const value = lossValue(loss, p!, t!, w!);
    return [value, ...gradients(value, [p!])];
  });

test.each([mse(), mae(), huber(), crossEntropy()])(
  '$name: equal weights change nothing, and whole weights repeat rows',
  (loss) => {
    const [value] = weighted(loss, PREDICTION, TARGET, f64(2, 2, 2));
    expect(value![0]).toBeCloseTo(valueOf(loss, PREDICTION, TARGET), 14);
    const [twice] = weighted(loss, PREDICTION, TARGET, f64(1, 2, 0));
    const repeated = run([SHAPE, SHAPE], [f64(1, -2, 0.5, 3, 0.5, 3), f64(0, -2.5, 2, 3, 2, 3)], (p, t) =>
      lossValue(loss, p!, t!),
    );
    expect(twice![0]).toBeCloseTo(repeated[0]![0]!, 14);
  },
);

test.each([mse(), mae(), huber(), crossEntropy()])(
  '$name: a row of weight 0 contributes nothing, even if it is not finite',
  (loss) => {
    const clean = weighted(loss, PREDICTION, TARGET, f64(1, 0, 3));
    const spoiled = weighted(loss, f64(1, -2, NaN, Infinity, -1, 0), f64(0, -2.5, NaN, -Infinity, 1, 0.25), f64(1, 0, 3));
    expect(spoiled).toEqual(clean);
    expect(clean[1]!.slice(2, 4).map(Math.abs)).toEqual([0, 0]);
  },
);

test('huber refuses a δ that is not positive', () => {
  expect(() => huber(0)).toThrow('delta must be positive and finite, but it is 0');
});
