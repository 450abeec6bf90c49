import { readFileSync } from 'node:fs';
import { createBackend } from '@nalu/backend-js';
import { describe, expect, it } from 'vitest';
import { baselines } from '../../src/benchmark/baselines.ts';
import { backendColumn } from '../../src/benchmark/columns/backend.ts';
import { jaxJs } from '../../src/benchmark/columns/jax-js.ts';
import { oracle } from '../../src/benchmark/oracle.ts';
import { speedSuite } from '../../src/benchmark/speed-suite.ts';
import { byName, distance } from './support.ts';

const predictions = speedSuite(false).workloads.filter(({ task }) => task === 'inference');
const columns = [...baselines, jaxJs, backendColumn('js', createBackend)];

/** One row, many rows at a size that the oracle does quickly, and a layer whose sizes four does not divide. */
const jobs = [
  predictions[0]!,
  { ...predictions[1]!, name: 'many rows', batch: 1100 },
  { ...predictions[1]!, name: 'a layer', inputs: 7, outputs: 5, batch: 9 },
];

describe.each(jobs)('inference: $name', (workload) => {
  it.each(columns)('$name predicts as the oracle does', async (column) => {
    expect(await distance(column, workload, 2, oracle(workload, 2))).toBeLessThan(1);
  });
});

describe('jax-js', () => {
  it('says which version it is', async () => {
    const { optionalDependencies } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      optionalDependencies: Record<string, string>;
    };
    const prepared = await jaxJs.prepare(byName('nalu-2-1-b128'));
    expect(prepared.path).toContain(`jax-js ${optionalDependencies['@jax-js/jax']} wasm`);
    await prepared.dispose();
  });

  const pair = byName('nalu-2-1-b128');
  it.each([
    { ...pair, batch: 16 },
    { ...byName('nalu-2-1-b128-drawn'), batch: 16 },
    { ...byName('nalu-2-1-b128-100'), batch: 16, members: 3 },
    { ...byName('nalu-256-256-b1024'), inputs: 6, outputs: 5, batch: 9 },
  ])('trains as the oracle does: $name', async (workload) => {
    expect(await distance(jaxJs, workload, 3, oracle(workload, 3))).toBeLessThan(1);
  });
});
