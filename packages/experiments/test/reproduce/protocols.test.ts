import { createTrainer } from '@nalu/core';
import { createBackend } from '@nalu/backend-js';
import { describe, expect, test } from 'vitest';
import { coverageOf } from '../../src/reproduce/coverage.ts';
import { cellName } from '../../src/reproduce/experiment.ts';
import { experiments } from '../../src/reproduce/experiments.ts';
import { makePlan } from '../../src/reproduce/plan.ts';

describe.each(experiments)('$name', (experiment) => {
  const cells = experiment.cells();

  test('every cell has a name of its own', () => {
    expect(new Set(cells.map(cellName)).size).toBe(cells.length);
  });

  test('criteria name test sets, and thresholds are positive', () => {
    for (const { tests, criteria, published } of cells) {
      const names = tests.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      for (const { test: name, below } of criteria) {
        expect(names).toContain(name);
        expect(below).toBeGreaterThan(0);
      }
      expect(new Set(criteria.map(({ name }) => name)).size).toBe(criteria.length);
      if (published !== undefined) {
        expect(criteria.length).toBeGreaterThan(0);
        expect(published.value).toBeGreaterThanOrEqual(0);
        expect(published.value).toBeLessThanOrEqual(1);
        if (published.runs !== undefined) expect(Math.abs((published.value * published.runs) % 1)).toBeCloseTo(0, 6);
      }
    }
  });

  test('evaluations fall on the last step', () => {
    for (const { steps, evaluateEvery } of cells) expect(steps % evaluateEvery).toBe(0);
  });

  test('a quick look keeps some cells, and says that it is no protocol', () => {
    const plan = makePlan(experiment, { quick: true });
    expect(plan.cells.length).toBeGreaterThan(0);
    expect(plan.cells.length).toBeLessThanOrEqual(60);
    expect(plan.shortened).toContain('not the protocol');
    expect(makePlan(experiment).shortened).toBe('');
  });

  // A step of the networks that read images takes this backend seconds; their quick looks are run by the command's tests.
  test.skipIf(experiment.name.startsWith('mnist'))('every kind of network takes a step', async () => {
    const backend = await createBackend();
    // Cells of a sweep differ in sizes only.
    const kinds = new Map(cells.map((cell) => [`${cell.module} ${cell.setting.replaceAll(/\d+/g, '')}`, cell]));
    for (const cell of kinds.values()) {
      const training = cell.training(1);
      const validation = training.restart === undefined ? undefined : cell.validation!(1);
      const trainer = createTrainer({ ...training, backend, seed: 0, population: 1, ...(validation && { validation }) });
      await trainer.run(1);
      expect([cellName(cell), trainer.steps]).toEqual([cellName(cell), 1]);
      trainer.dispose();
    }
    await backend.dispose();
  });
});

test('a report of some cells says of which', () => {
  const cells = experiments.find(({ name }) => name === 'smat')!.cells();
  const of = (keeps: (cell: (typeof cells)[number]) => boolean): string => coverageOf(cells, cells.filter(keeps));
  expect(of(() => true)).toBe('');
  expect(of(({ setting }) => setting === '2 inputs')).toMatch(/^\d+ of \d+ cells: setting 2 inputs$/);
  expect(of(({ module, operation }) => module === 'nmru' && operation === '/')).toBe(
    `18 of ${cells.length} cells: operation /; module nmru`,
  );
  expect(of(({ module, range }) => module === 'nmu' && range.startsWith('U[1'))).toBe(
    `6 of ${cells.length} cells: operation *; module nmu; range U[1,2) → U[2,6), U[1.1,1.2) → U[1.2,6), U[10,20) → U[20,40)`,
  );
  expect(of(({ module, range }) => module === 'nmu' && range.includes('U[-'))).toContain('; 5 of 9 ranges');
});
