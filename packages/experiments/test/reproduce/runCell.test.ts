import { createBackend } from '@nalu/backend-js';
import { adam, createModel, decodeCheckpoint, drawnTask, mae, mse, nac, nacMul, type Backend, type Rows } from '@nalu/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Cell, Experiment } from '../../src/reproduce/experiment.ts';
import { makePlan, type PlannedCell } from '../../src/reproduce/plan.ts';
import { makeReport } from '../../src/reproduce/report.ts';
import type { CellResult } from '../../src/reproduce/result.ts';
import { rowsOf } from '../../src/reproduce/row.ts';
import { uniformRows } from '../../src/reproduce/rows.ts';
import { runCell } from '../../src/reproduce/runCell.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend();
});
afterAll(() => backend.dispose());

const sum = (x: Float64Array): number => x[0]! + x[1]!;
const outside = (): Rows => uniformRows(7, 50, 2, [-20, 20], sum);

/** Sums between 0 and 1, which a NAC learns and a NAC• does not. */
const cell: Cell = {
  module: 'nac',
  operation: '+',
  range: 'U[0,1) → U[-20,20)',
  setting: '',
  runs: 5,
  steps: 600,
  evaluateEvery: 100,
  training: () => ({
    module: nac({ inputs: 2, outputs: 1 }),
    loss: mse(),
    optimiser: adam({ learningRate: 0.1, beta2: 0.95 }),
    source: drawnTask(({ uniform }) => {
      const x = uniform([32, 2]);
      return { x, y: x.sum(1, { keepDims: true }) };
    }),
  }),
  validation: () => uniformRows(3, 50, 2, [0, 1], sum),
  tests: [
    { name: 'outside', rows: outside, error: mse() },
    { name: 'absolute', rows: outside, error: mae(), curve: true },
  ],
  criteria: [
    { name: 'below 0.05', test: 'outside', below: 0.05 },
    { name: 'below 1e-30', test: 'outside', below: 1e-30 },
  ],
  published: { value: 1, certainty: 'certain', runs: 100 },
};

const experimentOf = (...cells: readonly Cell[]): Experiment => ({
  name: 'sums',
  title: 'Sums',
  paper: 'none',
  criterion: 'MSE outside below 0.05',
  protocol: [],
  deviations: [],
  scoring: 'median',
  cells: () => cells,
  quick: { runs: 2, scale: 0.1, keeps: () => true },
});

const planned = (of: Cell = cell): PlannedCell => makePlan(experimentOf(of)).cells[0]!;
const timeless = (result: CellResult): CellResult => ({ ...result, milliseconds: 0, processorMilliseconds: 0 });

describe('a cell', () => {
  test('its errors are those of the models that validation chose, row by row', async () => {
    const states: Uint8Array[] = [];
    const result = (await runCell(planned(), {
      backend,
      seed: 1,
      saveEvery: 1,
      save: async (state) => void states.push(state),
    }))!;
    expect(result.runs.length).toBe(5);
    const { x, y } = outside();
    const curve = result.curves[0]!;
    expect(curve.test).toBe('absolute');
    expect(curve.x.length).toBe(50);
    // The same parameters, by the other way through core.
    const { listParams } = await import('@nalu/core');
    const { tensors } = decodeCheckpoint(states.at(-1)!, 'nalu training state');
    const { module } = cell.training(1);
    for (const { run, errors, sparsityError } of result.runs) {
      const parameters = new Map(
        listParams(module.params).map(({ path, spec }) => {
          const size = spec.shape.reduce((product, axis) => product * axis, 1);
          const { data } = tensors.get(`best/${path}`)!;
          return [path, { shape: spec.shape, data: data.slice(run * size, (run + 1) * size) }];
        }),
      );
      const model = createModel({ module, backend, parameters });
      const { data } = await model.predict({ data: x.data, shape: x.shape });
      const squares = Array.from(data, (value, i) => (value - y.data[i]!) ** 2);
      expect(errors['outside']!).toBeCloseTo(squares.reduce((a, b) => a + b, 0) / squares.length, 5);
      const weights = [0, 1].map(
        (i) => Math.tanh(parameters.get('wHat')!.data[i]!) / (1 + Math.exp(-parameters.get('mHat')!.data[i]!)),
      );
      const distance = Math.max(...weights.map((w) => Math.min(Math.abs(w), Math.abs(1 - Math.abs(w)))));
      expect(sparsityError!).toBeCloseTo(distance, 5);
      model.dispose();
    }
  });

  test('the best by validation counts, or the last where the cell says so', async () => {
    // The better a network learns sums, the worse it does on these rows.
    const opposed = { ...cell, validation: () => uniformRows(3, 50, 2, [0, 1], (x) => -10 * sum(x)) };
    const best = (await runCell(planned(opposed), { backend, seed: 1 }))!;
    const last = (await runCell(planned({ ...opposed, lastCounts: true }), { backend, seed: 1 }))!;
    expect(best.runs.every(({ step }) => step < 600)).toBe(true);
    expect(last.runs.every(({ step }) => step === 600)).toBe(true);
    best.runs.forEach(({ errors }, run) => expect(errors['outside']).toBeGreaterThan(last.runs[run]!.errors['outside']!));
  });

  test('is stopped and goes on, bit for bit', async () => {
    // Most runs are solved by this before the stop.
    const easy = { ...cell, criteria: [{ name: 'below 50', test: 'outside', below: 50 }] };
    const whole = await runCell(planned(easy), { backend, seed: 1 });
    expect(whole!.runs.some(({ solvedAt }) => solvedAt !== null && solvedAt > 0 && solvedAt < 300)).toBe(true);
    let state: Uint8Array | undefined;
    const controller = new AbortController();
    const stopped = await runCell(planned(easy), {
      backend,
      seed: 1,
      signal: controller.signal,
      onProgress: (fraction) => {
        if (fraction >= 0.5) controller.abort();
      },
      save: async (bytes) => void (state = bytes),
    });
    expect(stopped).toBeUndefined();
    const resumed = await runCell(planned(easy), { backend, seed: 1, resume: state });
    expect(timeless(resumed!)).toEqual(timeless(whole!));
  });

  test('is stopped between fits by least squares and goes on, bit for bit', async () => {
    const fit = { rows: () => uniformRows(9, 60, 2, [0, 1], sum), iterations: 3 };
    const plan = { ...planned({ ...cell, fit }), runs: 4, restarts: 2 };
    const whole = await runCell(plan, { backend, seed: 1 });
    let state: Uint8Array | undefined;
    const controller = new AbortController();
    const stopped = await runCell(plan, {
      backend,
      seed: 1,
      signal: controller.signal,
      saveEvery: 0,
      save: async (bytes) => {
        state = bytes;
        const { tensors } = decodeCheckpoint(bytes, 'nalu training state');
        const fits = [...tensors].find(([name]) => name.startsWith('fitted '))?.[1].shape[0];
        if (fits === 2) controller.abort();
      },
    });
    expect(stopped).toBeUndefined();
    const resumed = await runCell(plan, { backend, seed: 1, resume: state });
    expect(resumed!.attempts).toHaveLength(2);
    expect(timeless(resumed!)).toEqual(timeless(whole!));
  });

  test('does not depend on how many runs are beside it', async () => {
    const five = await runCell(planned(), { backend, seed: 1 });
    const two = await runCell(planned({ ...cell, runs: 2 }), { backend, seed: 1 });
    expect(two!.runs).toEqual(five!.runs.slice(0, 2));
    const other = await runCell(planned({ ...cell, runs: 2 }), { backend, seed: 2 });
    expect(other!.runs).not.toEqual(two!.runs);
  });

  test('rows that are judged a few at a time have the error of all at once', async () => {
    const parts = { ...cell, tests: cell.tests.map((each) => ({ ...each, curve: false, rowsPerCall: 10 })) };
    const [whole, inParts] = [
      await runCell(planned(), { backend, seed: 1 }),
      await runCell(planned(parts), { backend, seed: 1 }),
    ];
    whole!.runs.forEach(({ errors }, run) => {
      const { errors: others } = inParts!.runs[run]!;
      for (const name of ['outside', 'absolute']) expect(others[name]! / errors[name]!).toBeCloseTo(1, 5);
    });
  });

  test('a state of another seed is refused', async () => {
    let state: Uint8Array | undefined;
    await runCell(planned(), { backend, seed: 1, saveEvery: 1, save: async (bytes) => void (state = bytes) });
    await expect(runCell(planned(), { backend, seed: 2, resume: state })).rejects.toThrow(/seed/);
    await expect(runCell(planned(), { backend, seed: 1, resume: state!.slice(0, 99) })).rejects.toThrow(
      /safetensors|cut|damaged/,
    );
  });

  test('the untrained error is that of the first parameters, and the last count without validation', async () => {
    const { validation: _, ...last } = cell;
    const result = (await runCell(planned({ ...last, steps: 0, evaluateEvery: 1 }), { backend, seed: 1 }))!;
    const errors = result.runs.map((run) => run.errors['outside']!);
    expect(result.untrained['outside']).toBeCloseTo(errors.reduce((a, b) => a + b) / 5, 6);
    expect(result.runs.every(({ step }) => step === 0)).toBe(true);
  });
});

describe('rows', () => {
  test('count successes by every criterion, and say when they were solved', async () => {
    const result = (await runCell(planned(), { backend, seed: 1 }))!;
    const [row, ...more] = rowsOf(experimentOf(cell), planned(), result);
    expect(more).toEqual([]);
    expect(row!.successes).toBe(result.runs.filter(({ errors }) => errors['outside']! < 0.05).length);
    expect(row!.successes).toBeGreaterThan(0);
    expect(row!.alsoBy).toMatchObject([{ criterion: 'below 1e-30', successes: 0 }]);
    for (const { solvedAt } of result.runs.filter(({ errors }) => errors['outside']! < 0.05)) {
      expect(solvedAt! % 100).toBe(0);
      expect(solvedAt).toBeGreaterThan(0);
    }
    expect(row).toMatchObject({ published: 1, certainty: 'certain', publishedRuns: 100, test: 'outside' });
  });

  test('a network that cannot learn it has no success', async () => {
    const wrong: Cell = { ...cell, training: () => ({ ...cell.training(1), module: nacMul({ inputs: 2, outputs: 1 }) }) };
    const [row] = rowsOf(experimentOf(wrong), planned(wrong), (await runCell(planned(wrong), { backend, seed: 1 }))!);
    expect(row).toMatchObject({ successes: 0, solvedAt: null, sparsityError: null });
    expect(row!.score).toBeGreaterThan(1);
  });

  test('networks that diverge are worse than all others, not missing', () => {
    const errors = [1, Number.NaN, 3, Infinity, 2];
    const result: CellResult = {
      runs: errors.map((error, run) => ({
        run,
        step: 0,
        errors: { outside: error, absolute: error },
        solvedAt: null,
        sparsityError: 0,
      })),
      untrained: { outside: 10, absolute: 10 },
      curves: [],
      milliseconds: 0,
      processorMilliseconds: 0,
    };
    const [row] = rowsOf(experimentOf(cell), planned(), result);
    expect(row).toMatchObject({ medianError: 3, errorDeviation: Infinity, diverged: 2, successes: 0 });
  });
});

test('our rates are compared with published ones that are certain only', () => {
  const make = (name: string, certainty: 'certain' | 'figure'): Cell => ({
    ...cell,
    module: name,
    published: { value: 1, certainty, runs: 100, explanation: 'looked into' },
  });
  const experiment = experimentOf(make('same', 'certain'), make('other', 'certain'), make('guess', 'figure'));
  const result = (error: number): CellResult => ({
    runs: Array.from({ length: 5 }, (_, run) => ({
      run,
      step: 0,
      errors: { outside: error, absolute: error },
      solvedAt: null,
      sparsityError: 0,
    })),
    untrained: { outside: 10, absolute: 10 },
    curves: [],
    milliseconds: 0,
    processorMilliseconds: 0,
  });
  const results = new Map([
    [0, result(0)],
    [1, result(1)],
    [2, result(1)],
  ]);
  const { rows } = makeReport(makePlan(experiment), results);
  expect(rows.map(({ module, differs, explanation }) => [module, differs, explanation])).toEqual([
    ['same', false, 'looked into'],
    ['other', true, 'looked into'],
    ['guess', null, 'looked into'],
  ]);
  const [same, other] = rows;
  // 5 of 5 against 100 of 100; and 0 of 5, the only table as unlikely as it: 1/C(105, 5), twice by Holm's correction.
  expect(same!.fisherP).toBe(1);
  expect(other!.fisherP).toBeCloseTo((2 * 120) / (105 * 104 * 103 * 102 * 101), 15);
  const shortened = makeReport(makePlan(experiment, { scale: 0.5 }), results);
  expect(shortened.rows.map(({ fisherP, differs }) => [fisherP, differs])).toEqual([
    [null, null],
    [null, null],
    [null, null],
  ]);
});
