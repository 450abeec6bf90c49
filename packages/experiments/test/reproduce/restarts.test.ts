import { createBackend } from '@nalu/backend-js';
import { adam, drawnTask, mse, nmu, type Backend, type NamedTensor, type Rows } from '@nalu/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Cell, Experiment } from '../../src/reproduce/experiment.ts';
import { makePlan } from '../../src/reproduce/plan.ts';
import { membersOf } from '../../src/reproduce/population.ts';
import { chooseRestarts, leastOfEach, type Losses } from '../../src/reproduce/restarts.ts';
import { rowsOf } from '../../src/reproduce/row.ts';
import { uniformRows } from '../../src/reproduce/rows.ts';
import { runCell } from '../../src/reproduce/runCell.ts';
import { wilson } from '../../src/statistics/wilson.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend();
});
afterAll(() => backend.dispose());

const product = (x: Float64Array): number => x[0]! * x[1]!;
const inside = (): Rows => uniformRows(3, 40, 2, [-2, -1], product);
const outside = (): Rows => uniformRows(4, 40, 2, [-6, -2], product);
const module = nmu({ inputs: 2, outputs: 1 });

/** What an NMU's weights say of a row: Π (w·x + 1 − w). */
const byHand = (weights: readonly number[], { x, y }: Rows): number => {
  let sum = 0;
  for (let row = 0; row < y.data.length; row++) {
    const says = weights.reduce((each, w, i) => each * (w * x.data[2 * row + i]! + 1 - w), 1);
    sum += (says - y.data[row]!) ** 2;
  }
  return sum / y.data.length;
};

const populationOf = (weights: readonly (readonly number[])[]): ReadonlyMap<string, NamedTensor> =>
  new Map([['weight', { shape: [weights.length, ...module.params.weight.shape], data: Float64Array.from(weights.flat()) }]]);

describe('the least of each attempt', () => {
  const loss = fc.oneof(fc.double({ min: 0, max: 1e3, noNaN: true }), fc.constantFrom(0, Number.NaN, Infinity));

  test('is never beaten by another network of its attempt, and comes from it', () => {
    const cases = fc
      .record({ attempts: fc.integer({ min: 1, max: 6 }), restarts: fc.integer({ min: 1, max: 6 }) })
      .chain(({ attempts, restarts }) => {
        const all = fc.array(loss, { minLength: attempts * restarts, maxLength: attempts * restarts });
        return fc.record({ restarts: fc.constant(restarts), losses: fc.record({ whole: all, half: all, trained: all }) });
      });
    fc.assert(
      fc.property(cases, ({ restarts, losses }: { restarts: number; losses: Losses }) => {
        const choices = leastOfEach(losses, restarts);
        expect(choices.length).toBe(losses.trained!.length / restarts);
        choices.forEach(({ run, weights, loss: chosen }, attempt) => {
          expect(Math.floor(run / restarts)).toBe(attempt);
          const value = losses[weights]![run]!;
          expect(chosen).toBe(Number.isNaN(value) ? Infinity : value);
          for (let other = attempt * restarts; other < (attempt + 1) * restarts; other++)
            for (const state of Object.values(losses)) expect(state[other]! < chosen).toBe(false);
        });
      }),
    );
  });

  test('has exact weights where they are no worse', () => {
    expect(leastOfEach({ whole: [2, 1], half: [1, 1], trained: [1, 1] }, 2)).toEqual([{ run: 1, weights: 'whole', loss: 1 }]);
  });
});

describe('a choice among restarts', () => {
  test('keeps the network that is best inside the training range, with its weights at exact values', async () => {
    // Attempt 1: the second is nearly right. Attempt 2: neither is, and whole weights would be worse.
    const weights = [
      [0.3, 0.2],
      [0.98, 0.999],
      [0.7, 0.75],
      [0, 0],
    ];
    const { choices, parameters } = await chooseRestarts(
      { module, loss: mse(), validation: inside() },
      { trained: membersOf(populationOf(weights)) },
      2,
      backend,
    );
    expect(choices[0]).toMatchObject({ run: 1, weights: 'whole' });
    expect(parameters.get('weight')!.shape).toEqual([2, ...module.params.weight.shape]);
    const chosen = Array.from(parameters.get('weight')!.data);
    expect(chosen.slice(0, 2)).toEqual([1, 1]);
    // The other attempt against a search by hand.
    const round = (to: readonly number[]) => (w: number) => to.reduce((a, b) => (Math.abs(w - b) < Math.abs(w - a) ? b : a));
    const candidates = weights
      .slice(2)
      .flatMap((each) => [each, each.map(round([0, 1])), each.map(round([0, 0.5, 1]))])
      .map((each) => ({ each, loss: byHand(each, inside()) }));
    const best = candidates.reduce((a, b) => (b.loss < a.loss ? b : a));
    expect(choices[1]!.loss).toBeCloseTo(best.loss, 4);
    expect(byHand(chosen.slice(2), inside())).toBeCloseTo(best.loss, 4);
  });
});

describe('a cell with restarts', () => {
  const cell = (testRows: () => Rows): Cell => ({
    module: 'nmu',
    operation: '*',
    range: 'U[-2,-1) → U[-6,-2)',
    setting: '',
    runs: 3,
    steps: 600,
    evaluateEvery: 100,
    training: () => ({
      module,
      loss: mse(),
      optimiser: adam({ learningRate: 0.01 }),
      source: drawnTask(({ uniform }) => {
        const x = uniform([32, 2]).sub(2);
        return { x, y: x.prod(1, { keepDims: true }) };
      }),
    }),
    validation: inside,
    tests: [{ name: 'outside', rows: testRows, error: mse() }],
    criteria: [{ name: 'MSE < 1e-5', test: 'outside', below: 1e-5 }],
  });
  const experimentOf = (of: Cell): Experiment => ({
    name: 'products',
    title: '',
    paper: '',
    criterion: '',
    protocol: [],
    deviations: [],
    scoring: 'median',
    cells: () => [of],
    quick: { runs: 1, scale: 0.1, keeps: () => true },
  });

  test('trains so many times more runs, the first of which are those without restarts, and rates its attempts', async () => {
    const experiment = experimentOf(cell(outside));
    const planned = makePlan(experiment, { restarts: 4 }).cells[0]!;
    const result = (await runCell(planned, { backend, seed: 0 }))!;
    const single = (await runCell(makePlan(experiment).cells[0]!, { backend, seed: 0 }))!;
    expect(result.runs.length).toBe(12);
    expect(result.runs.slice(0, 3)).toEqual(single.runs);
    expect(single.attempts).toBeUndefined();
    const [row] = rowsOf(experiment, planned, result);
    const successes = result.attempts!.filter(({ errors }) => errors['outside']! < 1e-5).length;
    expect(row!.attempts).toMatchObject({
      restarts: 4,
      attempts: 3,
      successes,
      interval: wilson(successes, 3),
      steps: 2400,
      processorMilliseconds: result.processorMilliseconds / 3,
    });
    expect(successes / 3).toBeGreaterThanOrEqual(row!.successRate!);
  });

  test('chooses the same whatever the test rows are', async () => {
    const chosen = async (testRows: () => Rows) =>
      (await runCell(makePlan(experimentOf(cell(testRows)), { restarts: 4 }).cells[0]!, { backend, seed: 0 }))!.attempts!.map(
        ({ run, weights, loss }) => ({ run, weights, loss }),
      );
    expect(await chosen(() => uniformRows(9, 40, 2, [-6, -2], (x) => -100 * product(x)))).toEqual(await chosen(outside));
  });
});
