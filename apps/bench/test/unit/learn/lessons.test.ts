import { createBackend } from '@nalu/backend-js';
import { applyModule, evaluateIn, nac, nacMul } from '@nalu/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { choiceOf, gated } from '../../../src/views/learn/gate/gate.ts';
import { epsilon, productOf, productText, rightAnswer } from '../../../src/views/learn/logs/product.ts';
import { descend, hasArrived, nacWeight, nearest, reach, slope, wholeSum } from '../../../src/views/learn/weights/nac.ts';

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });

describe('the weight of a NAC', () => {
  test("is that of core's module", async () => {
    const backend = await createBackend();
    const module = nac({ inputs: 1, outputs: 1 });
    for (const [wHat, mHat] of [
      [0.3, -1.2],
      [-4, 6],
      [9.5, 9.5],
    ] as const) {
      const [y] = await evaluateIn(
        'f64',
        backend,
        (w, m, x) => applyModule(module, { wHat: w, mHat: m }, x),
        [[wHat]],
        [[mHat]],
        [[1]],
      );
      expect(nacWeight(wHat, mHat)).toBeCloseTo(y!.data[0]!, 14);
    }
    await backend.dispose();
  });

  test('has these slopes', () => {
    fc.assert(
      fc.property(number(-5, 5), number(-5, 5), (wHat, mHat) => {
        const h = 1e-5;
        const [dw, dm] = slope(wHat, mHat);
        expect(dw).toBeCloseTo((nacWeight(wHat + h, mHat) - nacWeight(wHat - h, mHat)) / (2 * h), 7);
        expect(dm).toBeCloseTo((nacWeight(wHat, mHat + h) - nacWeight(wHat, mHat - h)) / (2 * h), 7);
      }),
    );
  });
});

describe('a slide', () => {
  test.each([1, 0, -1, 0.5])('to %d gets there, downhill all the way, from either side', (target) => {
    for (const from of [
      { wHat: 0.6, mHat: 0.8 },
      { wHat: -0.4, mHat: 1 },
    ]) {
      const errors = descend(from, target).map(({ wHat, mHat }) => Math.abs(nacWeight(wHat, mHat) - target));
      expect(errors.at(-1)).toBeLessThan(2e-3);
      errors.slice(1).forEach((error, i) => expect(error).toBeLessThanOrEqual(errors[i]!));
    }
  });
  test('stays on the surface that is shown', () => {
    fc.assert(
      fc.property(number(-reach, reach), number(-reach, reach), number(-1, 1), (wHat, mHat, target) => {
        for (const place of descend({ wHat, mHat }, target)) {
          expect(Math.abs(place.wHat)).toBeLessThanOrEqual(reach);
          expect(Math.abs(place.mHat)).toBeLessThanOrEqual(reach);
        }
      }),
    );
  });
  test('gets stuck at 0 where the valve shuts before the sign has turned', () => {
    const places = descend({ wHat: 4, mHat: -3 }, -1);
    expect(Math.abs(nacWeight(places.at(-1)!.wHat, places.at(-1)!.mHat))).toBeLessThan(0.01);
    expect(hasArrived(places, -1)).toBe(false);
    expect(hasArrived(descend({ wHat: 4, mHat: -3 }, 1), 1)).toBe(true);
  });
  test('begins where it is', () => expect(descend({ wHat: 1, mHat: 2 }, 0)[0]).toEqual({ wHat: 1, mHat: 2 }));
});

test.each([
  [[0.97, 0.99], 'a + b'],
  [[0.97, -0.99], 'a − b'],
  [[-0.97, 0.02], '−a'],
  [[0.1, -0.51], '−b'],
  [[0.4, 0.49], '0'],
])('the rule of %j is %s', (weights, rule) => {
  expect(wholeSum(weights, ['a', 'b'])).toBe(rule);
  expect(weights.map(nearest).every((weight) => [-1, 0, 1].includes(weight))).toBe(true);
});

describe('the log path', () => {
  test("is core's NAC•", async () => {
    const backend = await createBackend();
    const module = nacMul({ inputs: 2, outputs: 1 });
    const [wHat, mHat] = [
      [[0.7], [-1.5]],
      [[1.1], [0.4]],
    ];
    const x = [3.5, -8];
    const [y] = await evaluateIn('f64', backend, (w, m, rows) => applyModule(module, { wHat: w, mHat: m }, rows), wHat!, mHat!, [
      x,
    ]);
    const weights = wHat!.map(([w], i) => nacWeight(w!, mHat![i]![0]!));
    expect(productOf(x, weights).value).toBeCloseTo(y!.data[0]!, 10);
    await backend.dispose();
  });
  test('multiplies where a calculator does, up to ε', () => {
    fc.assert(
      fc.property(number(0.1, 100), number(0.1, 100), number(-1, 1), number(-1, 1), (a, b, v, w) => {
        const { value, factors, sum } = productOf([a, b], [v, w]);
        expect(value / rightAnswer([a, b], [v, w])).toBeCloseTo(1, 4);
        expect(factors[0]!.share + factors[1]!.share).toBeCloseTo(sum, 12);
      }),
    );
  });
  test('loses signs, and takes ε for 0', () => {
    expect(productOf([-6, 7], [1, 1]).value).toBeCloseTo(42, 4);
    expect(productOf([0], [-1]).value).toBeCloseTo(1 / epsilon, 3);
  });
  test.each([
    [[1, 1], 'a·b'],
    [[1, -1], 'a/b'],
    [[0.5, 0], '√a'],
    [[0, -1], '1/b'],
    [[-1, -1], '1/(a·b)'],
    [[0.25, -0.5], 'a^0.25/√b'],
    [[0, 0.001], '1'],
  ])('%j is written %s', (weights, text) => expect(productText(weights, ['a', 'b'])).toBe(text));
});

describe('the gate', () => {
  test('mixes sum and product', () => {
    expect(gated([2, 5], [0, 0])).toEqual({ gate: 0.5, sum: 7, product: 10, value: 8.5 });
    expect(gated([2, 5], [20, 20]).value).toBeCloseTo(7);
    expect(gated([2, 5], [-20, -20]).value).toBeCloseTo(10);
  });
  test('has chosen at its ends only', () => {
    expect([1, 0.995, 0.5, 0.98, 0.005].map(choiceOf)).toEqual([
      'the sum',
      'the sum',
      'a mixture of both',
      'a mixture of both',
      'the product',
    ]);
  });
});
