import { expect, test } from 'vitest';
import { measureWorkers } from '../../src/benchmark-workers.ts';
import { workloads } from '../../src/benchmark.ts';

/** As published: Node's workers do not go through Vite. */
const dist = (path: string): URL => new URL(`../../../${path}`, import.meta.url);

test('workers are measured beside independent copies, and checked against the oracle', async () => {
  const workload = { ...workloads.find(({ name }) => name === 'nalu-2-1-b128-100')!, members: 5 };
  const row = await measureWorkers({
    column: 'js',
    workload,
    workers: 2,
    backend: dist('backend-js/dist/index.js').href,
    script: dist('backend-js/dist/worker.js').href,
    copyScript: dist('experiments/dist/benchmark/workers/independentCopy.js'),
    rounds: 2,
    milliseconds: 20,
  });
  expect(row).toMatchObject({ workload: workload.name, column: 'js', reason: null, workers: 2, members: 5 });
  expect(row.check!.worstError).toBeLessThan(row.check!.tolerance);
  expect(row.rounds).toHaveLength(2);
  for (const { sharded, independent } of row.rounds) expect(Math.min(sharded, independent)).toBeGreaterThan(0);
});
