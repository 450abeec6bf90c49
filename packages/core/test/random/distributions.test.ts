import { expect, test } from 'vitest';
import {
  constantInit,
  fanInUniform,
  glorotNormal,
  glorotUniform,
  identityInit,
  kaimingUniform,
  normalInit,
  orthogonalInit,
  uniformInit,
} from '../../src/random/initialisers.ts';
import { nacInit } from '../../src/modules/nac.ts';
import { nauInit } from '../../src/modules/nau.ts';
import { nmuInit } from '../../src/modules/nmu.ts';
import { normal } from '../../src/random/normal.ts';
import { streamOf } from '../../src/random/stream.ts';
import { uniform } from '../../src/random/uniform.ts';

const COUNT = 20_000;

/** The largest distance between the empirical distribution and a cumulative distribution function (Kolmogorov and Smirnov). */
const distance = (values: ArrayLike<number>, cdf: (x: number) => number): number => {
  const sorted = Array.from(values).sort((a, b) => a - b);
  return sorted.reduce(
    (worst, x, i) => Math.max(worst, Math.abs(cdf(x) - i / sorted.length), Math.abs(cdf(x) - (i + 1) / sorted.length)),
    0,
  );
};

/** Exceeded with a probability of about 2·exp(−2·2²) = 0.0007 by numbers that do follow the distribution. */
const LIMIT = 2 / Math.sqrt(COUNT);

/** Φ by Simpson's rule from 0: independent of how the numbers are made. */
const normalCdf = (x: number): number => {
  const steps = 400;
  const h = x / steps;
  let total = 0;
  for (let i = 0; i <= steps; i++) {
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
    total += weight * Math.exp(-((i * h) ** 2) / 2);
  }
  return 0.5 + (total * h) / 3 / Math.sqrt(2 * Math.PI);
};

const key = { seed: 7, member: 3, stream: 11 };
const SHAPE = [100, 200] as const;

test('uniform numbers are uniform on [0, 1) and not those of a neighbouring key', () => {
  const values = uniform(7, 3, 11, 0, COUNT);
  expect(distance(values, (x) => x)).toBeLessThan(LIMIT);
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...values)).toBeLessThan(1);
  const keys: [number, number, number, number][] = [
    [7, 3, 11, 1],
    [7, 3, 12, 0],
    [7, 4, 11, 0],
    [8, 3, 11, 0],
  ];
  for (const other of keys) expect(uniform(...other, 8)).not.toEqual(values.subarray(0, 8));
});

test('normal numbers follow the normal distribution, in pairs that are independent', () => {
  const values = normal(7, 3, 11, 0, COUNT);
  expect(distance(values, normalCdf)).toBeLessThan(LIMIT);
  let product = 0;
  for (let i = 0; i < COUNT; i += 2) product += values[i]! * values[i + 1]!;
  expect(Math.abs(product / (COUNT / 2))).toBeLessThan(4 / Math.sqrt(COUNT / 2));
});

test('an odd number of normals is the beginning of the even one', () => {
  expect(normal(1, 0, 0, 0, 5)).toEqual(normal(1, 0, 0, 0, 6).subarray(0, 5));
  expect(normal(1, 0, 0, 0, 5).every(Number.isFinite)).toBe(true);
});

const uniformOn = (low: number, high: number) => (x: number) => Math.min(1, Math.max(0, (x - low) / (high - low)));

test.each([
  { init: uniformInit(-2, 2), cdf: uniformOn(-2, 2) },
  { init: glorotUniform(1, 0.05), cdf: uniformOn(-0.05, 0.05) },
  { init: nauInit, cdf: uniformOn(-Math.sqrt(6 / 300), Math.sqrt(6 / 300)) },
  { init: nmuInit, cdf: uniformOn(0.25, 0.75) },
  { init: glorotUniform(), cdf: uniformOn(-Math.sqrt(6 / 300), Math.sqrt(6 / 300)) },
  { init: kaimingUniform(), cdf: uniformOn(-Math.sqrt(6 / 100), Math.sqrt(6 / 100)) },
  { init: fanInUniform(100), cdf: uniformOn(-0.1, 0.1) },
  { init: normalInit(3, 0.5), cdf: (x: number) => normalCdf((x - 3) / 0.5) },
  { init: glorotNormal(), cdf: (x: number) => normalCdf(x / Math.sqrt(2 / 300)) },
])('$init.name draws from its distribution', ({ init, cdf }) => {
  expect(distance(init.values(SHAPE, key), cdf)).toBeLessThan(LIMIT);
});

test('initial values depend on seed, member and stream, and on nothing else', () => {
  const init = normalInit(0, 1);
  expect(init.values([4], key)).toEqual(init.values([4], { ...key }));
  for (const other of [
    { ...key, seed: 8 },
    { ...key, member: 4 },
    { ...key, stream: 12 },
  ]) {
    expect(init.values([4], other)).not.toEqual(init.values([4], key));
  }
  expect([...constantInit(0.25).values([3], key)]).toEqual([0.25, 0.25, 0.25]);
});

test('initialisers that need fans refuse anything but a matrix', () => {
  expect(() => glorotUniform().values([5], key)).toThrow('weight matrix');
});

test('a NAC starts with weights of variance 2/(inputs + outputs), the sum counted as 5 at least', () => {
  const other = { ...key, stream: 12 };
  for (const [shape, fan] of [
    [SHAPE, 300],
    [[2, 1], 5],
  ] as const) {
    const count = shape[0] * shape[1];
    let [sum, draws] = [0, 0];
    for (let member = 0; draws < COUNT; member++) {
      const wHat = nacInit.values(shape, { ...key, member });
      const mHat = nacInit.values(shape, { ...other, member });
      wHat.forEach((w, i) => (sum += (Math.tanh(w) / (1 + Math.exp(-mHat[i]!))) ** 2));
      draws += count;
    }
    // The relative deviation of a mean of squares of so many numbers is about 1 %.
    expect(Math.abs(sum / draws / (2 / fan) - 1)).toBeLessThan(0.04);
  }
});

test.each([
  [3, 5],
  [5, 3],
  [4, 4],
  [1, 2],
])('orthogonal initial values [%i, %i] have orthogonal vectors of length 1 along the shorter side', (rows, columns) => {
  const values = orthogonalInit.values([rows, columns], key);
  const wide = rows <= columns;
  const at = (i: number, k: number): number => values[wide ? i * columns + k : k * columns + i]!;
  const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
  for (let i = 0; i < count; i++)
    for (let j = 0; j < count; j++) {
      const product = Array.from({ length }, (_, k) => at(i, k) * at(j, k)).reduce((total, each) => total + each, 0);
      expect(product).toBeCloseTo(Number(i === j), 12);
    }
  expect(orthogonalInit.values([rows, columns], { ...key, member: 4 })).not.toEqual(values);
});

test('the identity has ones on its diagonal', () => {
  expect([...identityInit.values([2, 3], key)]).toEqual([1, 0, 0, 0, 1, 0]);
});

test('names have streams below 2²⁴, and those in use differ', () => {
  const names = ['wHat', 'mHat', 'gate', 'weight', 'bias', 'slope'].flatMap((name) => [name, `0/${name}`, `1/${name}`]);
  const streams = names.map((name) => streamOf(`parameter/${name}`));
  expect(new Set(streams).size).toBe(names.length);
  expect(streams.every((stream) => Number.isInteger(stream) && stream >= 0 && stream < 2 ** 24)).toBe(true);
});
