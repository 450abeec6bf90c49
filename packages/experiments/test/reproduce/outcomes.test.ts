import { createBackend } from '@nalu/backend-js';
import type { Backend } from '@nalu/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { experiments } from '../../src/reproduce/experiments.ts';
import { makePlan, type PlanOptions } from '../../src/reproduce/plan.ts';
import { makeReport } from '../../src/reproduce/report.ts';
import type { Row } from '../../src/reproduce/row.ts';
import { runCell } from '../../src/reproduce/runCell.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend();
});
afterAll(() => backend.dispose());

/** Runs a few short cells for real. */
const rowsOf = async (name: string, options: PlanOptions): Promise<readonly Row[]> => {
  const plan = makePlan(
    experiments.find((experiment) => experiment.name === name)!,
    options,
  );
  const results = new Map();
  for (const planned of plan.cells) results.set(planned.index, await runCell(planned, { backend, seed: 0 }));
  return makeReport(plan, results).rows;
};

const find = (rows: readonly Row[], labels: Partial<Row>): Row =>
  rows.find((row) => Object.entries(labels).every(([key, value]) => row[key as keyof Row] === value))!;

const learnt = { successRate: 1 };
const failed = { successes: 0, solvedAt: null };

test('identity: tanh networks fail outside and NAC does not', async () => {
  const rows = await rowsOf('identity', { module: ['tanh', 'nac'], runs: 4, scale: 0.2 });
  expect(find(rows, { module: 'tanh', test: 'inside' }).score).toBeLessThan(1);
  expect(find(rows, { module: 'tanh', test: 'at ±20' }).score).toBeGreaterThan(10);
  expect(find(rows, { module: 'nac', test: 'at ±20' }).score).toBeLessThan(0.6);
});

test('article: NAC• learns products and NAC does not, on independent columns', async () => {
  const rows = await rowsOf('article', { operation: ['a*b'], module: ['nac', 'nac-mul'], runs: 4, scale: 0.3 });
  expect(find(rows, { module: 'nac-mul' })).toMatchObject(learnt);
  expect(find(rows, { module: 'nac' })).toMatchObject(failed);
});

test('functions: a linear network learns sums and not products', async () => {
  const rows = await rowsOf('functions', {
    operation: ['+', '*'],
    module: ['linear'],
    setting: ['static'],
    runs: 1,
    scale: 0.02,
  });
  expect(find(rows, { operation: '+', test: 'outside' }).score).toBeLessThan(1);
  expect(find(rows, { operation: '*', test: 'outside' }).score).toBeGreaterThan(20);
});

test('smat: NMU multiplies and NMRU divides, signs and all; NAC• loses the signs', async () => {
  const rows = await rowsOf('smat', {
    operation: ['*', '/'],
    module: ['nmu', 'nmru', 'nac-mul'],
    range: ['U[-2,2) → U[-6,-2)∪U[2,6)'],
    setting: ['2 inputs'],
    runs: 4,
    scale: 0.06,
  });
  const nmu = find(rows, { module: 'nmu' });
  expect(nmu).toMatchObject(learnt);
  expect(nmu.solvedAt).toBeGreaterThan(0);
  expect(nmu.sparsityError).toBeLessThan(1e-3);
  expect(find(rows, { module: 'nmru' })).toMatchObject(learnt);
  expect(find(rows, { module: 'nac-mul', operation: '*' })).toMatchObject(failed);
});

test('adt: NAU comes near to sums of 100 inputs, NMU starts far from them', async () => {
  const rows = await rowsOf('adt', { operation: ['+'], module: ['nau', 'nmu'], setting: ['default'], runs: 1, scale: 0.0003 });
  const [nau, nmu] = [find(rows, { module: 'nau' }), find(rows, { module: 'nmu' })];
  expect(nau.medianError).toBeLessThan(nau.untrainedError / 10);
  expect(nau.medianError).toBeLessThan(nmu.medianError);
});

test('inalu: NALU adds in 4 of 4 runs and never subtracts', async () => {
  const rows = await rowsOf('inalu', {
    operation: ['+', '-'],
    module: ['nalu'],
    range: ['U(-1,1) → U(-10,-5)'],
    runs: 4,
    scale: 0.05,
  });
  expect(find(rows, { operation: '+' })).toMatchObject(learnt);
  expect(find(rows, { operation: '-' })).toMatchObject(failed);
});

test('inalu: two layers come near to a sum of 77 of 100 inputs, outside the range too', async () => {
  const rows = await rowsOf('inalu', {
    operation: ['+'],
    module: ['inalu-shared'],
    range: ['U(-3,3) → U(-5,-3)'],
    setting: ['100 inputs'],
    runs: 1,
    scale: 0.01,
  });
  const { medianError, untrainedError } = find(rows, { test: 'outside' });
  expect(medianError).toBeLessThan(untrainedError / 100);
});

test('npu: NMU multiplies and cannot divide', async () => {
  const rows = await rowsOf('npu', { module: ['nmu'], setting: ['simple'], runs: 3, scale: 0.1 });
  expect(find(rows, { test: '*' }).score).toBeLessThan(1);
  expect(find(rows, { test: '/' }).score).toBeGreaterThan(8);
});

test.each([
  ['language', { module: ['lstm'], runs: 1, scale: 0.002 }, 'training'],
  ['programs', { quick: true, module: ['lstm'], scale: 0.005 }, 'length 10'],
  ['mnist-product', { quick: true }, 'length 1'],
])('%s: some steps help', async (name, options, part) => {
  const { score, untrainedError } = find(await rowsOf(name, options), { test: part });
  expect(score).toBeLessThan(untrainedError);
});
