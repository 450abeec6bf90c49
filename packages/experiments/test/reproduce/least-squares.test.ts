import { createBackend } from '@nalu/backend-js';
import { dense, mse, nau, nmu, realNpu, sequential, type Backend, type NamedTensor, type Rows } from '@nalu/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fitNetwork } from '../../src/reproduce/least-squares/fitNetwork.ts';
import { descentDirections } from '../../src/reproduce/least-squares/newton.ts';
import { solvePositive } from '../../src/reproduce/least-squares/positive.ts';
import { membersOf } from '../../src/reproduce/population.ts';
import { chooseRestarts } from '../../src/reproduce/restarts.ts';
import { uniformRows } from '../../src/reproduce/rows.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend();
});
afterAll(() => backend.dispose());

test('a positive system is solved', () => {
  const entry = fc.double({ min: -3, max: 3, noNaN: true });
  const system = fc
    .integer({ min: 1, max: 6 })
    .chain((n) =>
      fc.tuple(fc.array(entry, { minLength: n * n, maxLength: n * n }), fc.array(entry, { minLength: n, maxLength: n })),
    );
  fc.assert(
    fc.property(system, ([half, d]) => {
      const n = d.length;
      // BᵀB + 1 is positive, whatever B is.
      const a = Float64Array.from({ length: n * n }, (_, at) => {
        const [i, j] = [Math.floor(at / n), at % n];
        return d.reduce((sum, _each, k) => sum + half[k * n + i]! * half[k * n + j]!, i === j ? 1 : 0);
      });
      const g = Float64Array.from(d, (_, i) => d.reduce((sum, each, j) => sum + a[i * n + j]! * each, 0));
      solvePositive(a, g)!.forEach((each, i) => expect(each).toBeCloseTo(d[i]!, 8));
    }),
  );
  expect(solvePositive(Float64Array.from([-1]), Float64Array.from([1]))).toBeUndefined();
});

const parametersOf = (entries: readonly (readonly [string, readonly number[], readonly number[]])[]): Map<string, NamedTensor> =>
  new Map(entries.map(([path, shape, data]) => [path, { shape, data: Float64Array.from(data) }]));

describe('a fit', () => {
  test('of a linear network is the line through the rows', () => {
    const module = dense({ inputs: 2, outputs: 1 });
    const rows = uniformRows(1, 30, 2, [1, 2], (x) => 3 * x[0]! - 2 * x[1]! + 0.5);
    const start = parametersOf([
      ['weight', [2, 1], [0, 0]],
      ['bias', [1], [0]],
    ]);
    const fitted = fitNetwork(module, start, { iterations: 20, rows: () => rows }, rows);
    expect(fitted.get('weight')!.data[0]).toBeCloseTo(3, 9);
    expect(fitted.get('weight')!.data[1]).toBeCloseTo(-2, 9);
    expect(fitted.get('bias')!.data[0]).toBeCloseTo(0.5, 9);
  });

  test('is never worse than what it starts from', () => {
    const module = realNpu({ inputs: 2, outputs: 1, gated: false });
    const rows = uniformRows(2, 20, 2, [1, 2], (x) => Math.sin(5 * x[0]!));
    const errorOf = (weights: ArrayLike<number>): number =>
      Array.from(rows.y.data).reduce(
        (sum, y, row) => sum + (rows.x.data[2 * row]! ** weights[0]! * rows.x.data[2 * row + 1]! ** weights[1]! - y) ** 2,
        0,
      );
    fc.assert(
      fc.property(fc.double({ min: -3, max: 3, noNaN: true }), fc.double({ min: -3, max: 3, noNaN: true }), (a, b) => {
        const fitted = fitNetwork(
          module,
          parametersOf([['real', [2, 1], [a, b]]]),
          { iterations: 5, rows: () => rows },
          rows,
        ).get('real')!.data;
        expect(errorOf(fitted)).toBeLessThanOrEqual(errorOf([a, b]) * (1 + 1e-6));
      }),
      { numRuns: 30 },
    );
  });
});

test('where curvature is negative, a direction of it is among those of descent', () => {
  const angle = fc.double({ min: -3, max: 3, noNaN: true });
  const curvature = fc.double({ min: 0.1, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(angle, curvature, curvature, (turn, up, down) => {
      // A valley along (cos, sin), a ridge across: H = up·uuᵀ − down·vvᵀ.
      const [c, s] = [Math.cos(turn), Math.sin(turn)];
      const hessian = Float64Array.of(
        up * c * c - down * s * s,
        (up + down) * c * s,
        (up + down) * c * s,
        up * s * s - down * c * c,
      );
      const [, negative, opposite] = descentDirections(Float64Array.of(0, 0), hessian);
      expect(Math.abs(negative![0]! * -s + negative![1]! * c)).toBeGreaterThan(0.9);
      expect(Array.from(opposite!)).toEqual(Array.from(negative!, (each) => -each));
    }),
  );
  const bowl = Float64Array.of(2, 0, 0, 4);
  const directions = descentDirections(Float64Array.of(2, -8), bowl);
  expect(directions).toHaveLength(1);
  expect(directions[0]![0]).toBeCloseTo(-1, 9);
  expect(directions[0]![1]).toBeCloseTo(2, 9);
  expect(descentDirections(Float64Array.of(0, 0), new Float64Array(4))).toEqual([]);
});

test('a product of sums in a narrow range is found from the square of half of both, where least squares stand still', () => {
  const free = dense({ inputs: 4, outputs: 2, bias: false });
  const module = sequential(free, nmu({ inputs: 2, outputs: 1 }));
  const rows = uniformRows(3, 60, 4, [1.1, 1.2], (x) => (x[0]! + x[1]!) * (x[1]! + x[2]!));
  const start = parametersOf([
    ['0/weight', [4, 2], [0.5, 0.5, 1, 1, 0.5, 0.5, 0, 0]],
    ['1/weight', [2, 1], [0.9, 0.6]],
  ]);
  const fit = { iterations: 8, rows: () => rows, held: ['1/weight'] };
  const still = fitNetwork(module, start, fit, rows).get('0/weight')!.data;
  expect(still[0]).toBeCloseTo(still[1]!, 6);
  const fitted = fitNetwork(module, start, { ...fit, newtonSteps: 12 }, rows);
  expect(Array.from(fitted.get('1/weight')!.data)).toEqual([1, 1]);
  const weights = Array.from(fitted.get('0/weight')!.data);
  const inUnits = [0, 1].map((unit) => weights.filter((_, i) => i % 2 === unit).map((each) => each / weights[2 + unit]!));
  const sums = inUnits.map((unit) => unit.map((each) => Math.round(each * 1e4) / 1e4 + 0).join());
  expect([...sums].sort()).toEqual(['0,1,1,0', '1,1,0,0']);
});

test('a quotient of sums comes out exactly from weights that are wrong and of any size', async () => {
  const module = sequential(nau({ inputs: 4, outputs: 2 }), realNpu({ inputs: 2, outputs: 1, gated: false }));
  const quotient = (x: Float64Array): number => (x[0]! + x[1]!) / (x[1]! + x[2]!);
  const rows = (seed: number): Rows => uniformRows(seed, 60, 4, [1, 2], quotient);
  const population = parametersOf([
    ['0/weight', [1, 4, 2], [0.2, 0.02, 0.15, 0.1, 0.02, 0.15, 0.01, 0.02]],
    ['1/real', [1, 2, 1], [0.8, -0.8]],
  ]);
  const trained = membersOf(population);
  const choose = async (fitTo: Rows | undefined) => {
    const fitted = fitTo && trained.map((each) => fitNetwork(module, each, { rows: () => fitTo, iterations: 40 }, fitTo));
    return chooseRestarts({ module, loss: mse(), validation: rows(5) }, { trained, fitted }, 1, backend);
  };
  const without = await choose(undefined);
  expect(without.choices[0]!.loss).toBeGreaterThan(1e-4);
  const { choices, parameters } = await choose(rows(6));
  expect(choices[0]).toMatchObject({ run: 0, weights: 'fitted whole' });
  expect(choices[0]!.loss).toBeLessThan(1e-12);
  expect(Array.from(parameters.get('0/weight')!.data)).toEqual([1, 0, 1, 1, 0, 1, 0, 0]);
  expect(Array.from(parameters.get('1/real')!.data)).toEqual([1, -1]);
});
