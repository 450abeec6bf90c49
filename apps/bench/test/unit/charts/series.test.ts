import { describe, expect, test } from 'vitest';
import { lookAt } from '../../../src/charts/look.ts';
import { placeLegend } from '../../../src/charts/placeLegend.ts';
import { logBounds, logScale } from '../../../src/charts/scales.ts';

test('forty series look different', () => {
  const looks = Array.from({ length: 40 }, (_, i) => lookAt(i));
  expect(new Set(looks.map(({ colour, shape }) => `${colour} ${shape}`)).size).toBe(40);
});

describe('a legend', () => {
  const names = ['js', 'tfjs-wasm', 'tfjs-webgpu', 'gpujs-by-hand:webasm'];

  test('has one row where there is room', () => {
    const { places, rows } = placeLegend(names, 1000);
    expect(rows).toBe(1);
    expect(places.map(({ x }) => x)).toEqual([...places.map(({ x }) => x)].sort((a, b) => a - b));
  });

  test('puts what does not fit below', () => {
    const { places, rows } = placeLegend(names, 200);
    expect(rows).toBe(3);
    expect(places.map(({ row }) => row)).toEqual([0, 0, 1, 2]);
    expect(places[2]!.x).toBe(0);
  });

  test('takes no room without names', () => expect(placeLegend([], 200).rows).toBe(0));
});

test.each([
  [1.1, 1.2],
  [2.1, 2.2],
  [5.3, 5.3],
  [0.0003, 12],
])('an axis around %f to %f has a tick, and room on both sides', (low, high) => {
  const [from, to] = logBounds([low, high]);
  expect(from).toBeLessThan(low);
  expect(to).toBeGreaterThan(high);
  expect(logScale(from, to, 0, 100).ticks.length).toBeGreaterThan(0);
});
