import { createBackend } from '@nalu/backend-js';
import type { Backend } from '@nalu/core';
import { expect, test } from 'vitest';
import { backendColumn, hostFacts, runBenchmark, workloads, type Workload } from '../../src/benchmark.ts';

const protocol = { warmUp: 0, sample: 0, budget: 0, minSamples: 1, maxSamples: 1, ceiling: 60_000 };

/** The workload with a few small populations: what is checked is the arithmetic, and it does not depend on the sizes. */
const small = (workload: Workload): Workload => ({
  ...workload,
  members: Math.min(workload.members, 3),
  inputs: Math.min(workload.inputs, 8),
  outputs: Math.min(workload.outputs, 8),
  batch: Math.min(workload.batch, 32),
});

test.each(workloads.map(small))('$name: a backend trains as the oracle does, and leaves nothing behind', async (workload) => {
  const used: Backend[] = [];
  const column = backendColumn('js', async () => {
    const backend = await createBackend();
    used.push(backend);
    return backend;
  });
  const { records } = await runBenchmark({ workloads: [workload], columns: [column], host: hostFacts(), protocol });
  expect(records).toHaveLength(1);
  expect(records[0]).toMatchObject({ column: 'js', status: 'ok', reason: null });
  expect(records[0]!.check!.worstError).toBeLessThanOrEqual(records[0]!.check!.tolerance);
  expect(records[0]!.path).toMatch(/^\d+ fused; .*generated JavaScript/);
  expect(records[0]!.compileMilliseconds).toBeGreaterThan(0);
  expect(used.map((backend) => backend.memory().buffers)).toEqual([0]);
});
