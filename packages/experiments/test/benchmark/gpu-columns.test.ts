import { describe, expect, it } from 'vitest';
import { baselines, baselinesBeside } from '../../src/benchmark/baselines.ts';
import type { Column } from '../../src/benchmark/column.ts';
import { gpujsByHand } from '../../src/benchmark/columns/gpujs/gpujs-by-hand.ts';
import { tfjsAutodiff } from '../../src/benchmark/columns/tfjs-autodiff.ts';
import { tfjsWasm, tfjsWebgpu } from '../../src/benchmark/columns/tfjs-backends.ts';
import { hostFacts } from '../../src/benchmark/host/host.node.ts';
import { runBenchmark } from '../../src/benchmark/measure.ts';
import { oracle } from '../../src/benchmark/oracle.ts';
import { workloads, type Workload } from '../../src/benchmark/workloads.ts';
import { byName, distance } from './support.ts';

const columns = baselinesBeside(['tfjs-webgpu', 'gpujs:webgpu', 'gpujs:webasm', 'gpujs:cpu']).slice(baselines.length);
const named = columns.map((column) => ({ column, name: column.name }));

/** Few steps of small networks: a GPU in software takes milliseconds for each operation, and sizes do not change the formulas. */
const small = (workload: Workload): Workload => ({
  ...workload,
  members: Math.min(workload.members, 3),
  // Four divides the inputs, so that sums of gpu.js run four terms at a time, and not the rows.
  inputs: Math.min(workload.inputs, 8),
  outputs: Math.min(workload.outputs, 5),
  batch: Math.min(workload.batch, 21),
  stepsPerRun: 2,
});

describe.each(workloads.map(small))('$name', (workload) => {
  // More steps than a run has, and not a multiple of them.
  const wanted = oracle(workload, 3);
  it.each(named)('$name agrees with the oracle', async ({ column }) => {
    expect(await distance(column, workload, 3, wanted)).toBeLessThan(1);
  });
});

describe('the GPU baselines', () => {
  it('run only beside backends of their libraries', () => {
    expect(baselinesBeside(['js', 'tfjs-wasm'])).toEqual(baselines);
    const beside = (name: string): string[] =>
      baselinesBeside([name])
        .slice(baselines.length)
        .map((column) => column.name);
    expect(beside('tfjs-webgpu')).toEqual(['tfjs-autodiff:webgpu', 'tfjs-tuned:webgpu']);
    expect(beside('gpujs:webasm')).toEqual(['gpujs-by-hand:webasm']);
  });

  it.each(named)('$name says what ran, and on which adapter', async ({ column, name }) => {
    const prepared = await column.prepare(small(byName('nalu-2-1-b128')));
    await prepared.run(1);
    expect(prepared.path).toMatch(
      name.startsWith('tfjs') ? /^tfjs 4\.22\.0, webgpu on ./ : /^gpu\.js .*createPipeline \((generic|fused)/,
    );
    if (name.endsWith('webgpu')) expect(prepared.path).toMatch(/webgpu on \S+/);
    await prepared.dispose();
  });

  it.each(named.filter(({ name }) => name.startsWith('gpujs')))('$name continues where it stopped', async ({ column }) => {
    const workload = { ...small(byName('nalu-2-1-b128-drawn')), stepsPerRun: 3 };
    const [once, twice] = await Promise.all([column.prepare(workload), column.prepare(workload)]);
    await once.run(6);
    await twice.run(2);
    await twice.run(4);
    expect(await twice.answer()).toEqual(await once.answer());
    await Promise.all([once.dispose(), twice.dispose()]);
  });

  it('of tfjs take turns with tfjs on WebAssembly, and leave no tensors behind', async () => {
    const tf = await import('@tensorflow/tfjs');
    const workload = small(byName('nalu-2-1-b128-drawn'));
    const before = tf.memory().numTensors;
    const wasm = await tfjsAutodiff(tfjsWasm).prepare(workload);
    const webgpu = await tfjsAutodiff(tfjsWebgpu).prepare(workload);
    for (const prepared of [wasm, webgpu, wasm, webgpu]) await prepared.run(1);
    const wanted = oracle(workload, 2);
    for (const prepared of [wasm, webgpu]) {
      const got = await prepared.answer();
      wanted.forEach((values, i) => values.forEach((value, j) => expect(got[i]![j]).toBeCloseTo(value, 5)));
      await prepared.dispose();
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each([gpujsByHand('webasm'), tfjsAutodiff(tfjsWebgpu)].map((column) => ({ column, name: column.name })))(
    '$name gets no time when it trains with another learning rate',
    async ({ column }) => {
      const wrong: Column = {
        name: 'wrong',
        prepare: (job) => column.prepare({ ...job, adam: { ...job.adam, learningRate: job.adam.learningRate * 1.1 } }),
      };
      const protocol = { warmUp: 0, sample: 0, budget: 0, minSamples: 1, maxSamples: 1, ceiling: 60_000 };
      const { records } = await runBenchmark({
        workloads: [small(byName('nalu-2-1-b128'))],
        columns: [wrong, column],
        host: hostFacts([]),
        protocol,
      });
      expect(records.map(({ status }) => status)).toEqual(['wrong', 'ok']);
    },
  );

  it('of gpu.js say why they cannot do a workload', async () => {
    const layer = small(byName('nalu-256-256-b1024'));
    const column = gpujsByHand('webasm');
    await expect(column.prepare({ ...layer, members: 2 })).rejects.toThrow('population only for two inputs');
    await expect(column.prepare({ ...layer, source: 'drawn' })).rejects.toThrow('draws batches only for two inputs');
  });
});
