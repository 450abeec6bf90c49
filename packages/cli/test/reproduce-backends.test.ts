import {
  compareWithPublished,
  experiments,
  makePlan,
  makeReport,
  runCell,
  type CellResult,
  type Row,
} from '@nalu/experiments/reproduce';
import { expect, test } from 'vitest';
import { backends } from '../src/backends.ts';

const runs = 25;

/** Cells in which some runs succeed and some do not; a fifth of their steps. */
const plan = makePlan(
  experiments.find(({ name }) => name === 'smat')!,
  {
    module: ['nmu', 'gated-nau-nmu'],
    operation: ['*'],
    setting: ['2 inputs'],
    range: ['U[-1.2,-1.1) → U[-6.1,-1.2)'],
    runs,
    scale: 0.2,
  },
);

const rowsOn = async (name: string): Promise<readonly Row[]> => {
  const backend = await backends.find((entry) => entry.name === name)!.create();
  try {
    const results = new Map<number, CellResult>();
    for (const planned of plan.cells) results.set(planned.index, (await runCell(planned, { backend, seed: 0 }))!);
    return makeReport(plan, results).rows;
  } finally {
    await backend.dispose();
  }
};

test('rates on js and on tfjs-wasm do not differ significantly', async () => {
  const [js, wasm] = [await rowsOn('js'), await rowsOn('tfjs-wasm')];
  expect(js.length).toBe(2);
  // Rates of 0 and 1 would say little.
  for (const { successRate } of js) expect(successRate! > 0 && successRate! < 1).toBe(true);
  const compared = compareWithPublished(
    wasm.map((row, i) => ({ ...row, published: js[i]!.successRate, publishedRuns: runs, certainty: 'computed' })),
  );
  expect(compared.map(({ differs }) => differs)).toEqual([false, false]);
}, 240_000);
