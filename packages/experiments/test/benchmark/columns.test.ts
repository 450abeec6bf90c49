import { describe, expect, it } from 'vitest';
import { baselines } from '../../src/benchmark/baselines.ts';
import { plainLoop } from '../../src/benchmark/columns/plain-loop.ts';
import { tfjsWasm } from '../../src/benchmark/columns/tfjs-backends.ts';
import { loadTfjs } from '../../src/benchmark/columns/tfjs.ts';
import { oracle } from '../../src/benchmark/oracle.ts';
import { workloads, type Workload } from '../../src/benchmark/workloads.ts';
import { byName, distance } from './support.ts';

const large = byName('nalu-256-256-b1024');

/** The workloads at sizes that the double-precision oracle does quickly, and the large one at full size for one step. */
const jobs: readonly (readonly [label: string, workload: Workload, steps: readonly number[]])[] = [
  ...workloads
    .filter((workload) => workload !== large)
    .map((workload) => [workload.name, workload.members > 1 ? { ...workload, members: 5 } : workload, [1, 50]] as const),
  // Sizes that four does not divide, for the register blocks.
  ['nalu-256-256-b1024 as 66-61-b35', { ...large, inputs: 66, outputs: 61, batch: 35 }, [1, 50]],
  [`${large.name} at full size`, large, [1]],
];

describe.each(jobs)('%s', (_, workload, checkpoints) => {
  const wanted = new Map<number, readonly Float64Array[]>();
  const cached = (steps: number): readonly Float64Array[] => {
    const known = wanted.get(steps) ?? oracle(workload, steps);
    wanted.set(steps, known);
    return known;
  };
  it.each(baselines.flatMap((column) => checkpoints.map((steps) => ({ column, name: column.name, steps }))))(
    '$name agrees with the oracle after $steps',
    async ({ column, steps }) => {
      expect(await distance(column, workload, steps, cached(steps))).toBeLessThan(1);
    },
  );
});

describe('the baselines', () => {
  it.each(baselines.map((column) => ({ column, name: column.name })))(
    '$name trains the 100 members in one',
    async ({ column }) => {
      const workload = { ...byName('nalu-2-1-b128-100'), batch: 16 };
      expect(await distance(column, workload, 2, oracle(workload, 2))).toBeLessThan(1);
    },
  );

  it.each(baselines.map((column) => ({ column, name: column.name })))('$name continues where it stopped', async ({ column }) => {
    const workload = byName('nalu-2-1-b128-drawn');
    const [once, twice] = await Promise.all([column.prepare(workload), column.prepare(workload)]);
    await once.run(6);
    await twice.run(2);
    await twice.run(4);
    expect(await twice.answer()).toEqual(await once.answer());
  });

  it('leave no tensors behind', async () => {
    const { tf } = await loadTfjs(tfjsWasm, '');
    const before = tf.memory().numTensors;
    for (const column of baselines) {
      for (const workload of workloads.filter((each) => each !== large)) {
        const prepared = await column.prepare(workload);
        await prepared.run(2);
        const during = tf.memory().numTensors;
        await prepared.run(3);
        expect(tf.memory().numTensors).toBe(during);
        await prepared.dispose();
      }
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it('say why when they cannot do a workload', async () => {
    await expect(plainLoop.prepare({ ...large, members: 2 })).rejects.toThrow('population only for two inputs');
  });
});
