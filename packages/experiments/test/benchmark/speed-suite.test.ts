import { createBackend } from '@nalu/backend-js';
import { describe, expect, it } from 'vitest';
import { checkedMembers } from '../../src/benchmark/check.ts';
import { measureCompileTime } from '../../src/benchmark/compile-time.ts';
import { costOf } from '../../src/benchmark/cost.ts';
import { oracle } from '../../src/benchmark/oracle.ts';
import { measurePeaks } from '../../src/benchmark/roofline/peaks.ts';
import { simdModule } from '../../src/benchmark/roofline/simd-module.ts';
import { speedSuite } from '../../src/benchmark/speed-suite.ts';
import { workloads } from '../../src/benchmark/workloads.ts';
import { byName } from './support.ts';

describe('the speed suite', () => {
  const { workloads: all, scalings } = speedSuite(false);
  const find = (name: string) => all.find((workload) => workload.name === name)!;

  it('has every workload once, the training jobs as they are', () => {
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    for (const job of workloads) expect(find(job.name)).toBe(job);
  });

  it('measures populations of 1 to 10,000, one row and 65,536 rows', () => {
    const population = scalings.find(({ name }) => name === 'population')!;
    expect(population.points.map(({ size }) => size)).toEqual([1, 10, 100, 1000, 10_000]);
    const rows = all.filter(({ task }) => task === 'inference').map(({ batch }) => batch);
    expect(rows).toEqual([1, 65_536]);
  });

  it('has points whose one size is what they say', () => {
    const sizes = { batch: 'batch', width: 'inputs', population: 'members' } as const;
    for (const { name, points } of scalings)
      for (const { size, workload } of points) expect(find(workload)[sizes[name]]).toBe(size);
  });

  it('takes fewer points with quick, of the same workloads', () => {
    const names = new Set(all.map(({ name }) => name));
    const quick = speedSuite(true);
    expect(quick.workloads.length).toBeLessThan(all.length);
    for (const { name } of quick.workloads) expect(names).toContain(name);
  });

  it('keeps the answers of every workload near 1, so that single precision can be checked', () => {
    const tooWide = all.filter(
      ({ inputs, outputs, initial }) => inputs > 2 && initial.weights > Math.sqrt(6 / (inputs + outputs)) + 1e-3,
    );
    expect(tooWide).toEqual([]);
  });
});

describe('what is checked of large populations', () => {
  it('is everybody up to a hundred, and then a hundred from the first to the last', () => {
    expect(checkedMembers({ members: 1 })).toEqual([0]);
    expect(checkedMembers({ members: 3 })).toEqual([0, 1, 2]);
    const many = checkedMembers({ members: 10_000 });
    expect(new Set(many).size).toBe(100);
    expect([many[0], many.at(-1)]).toEqual([0, 9999]);
  });

  it('is what the oracle says of these members among all', () => {
    const workload = { ...byName('nalu-2-1-b128-100'), batch: 4, members: 5 };
    const [all, some] = [oracle(workload, 2), oracle(workload, 2, [1, 4])];
    all.forEach((values, i) => expect([...some[i]!]).toEqual([...values.slice(2, 4), ...values.slice(8, 10)]));
  });
});

describe('costOf', () => {
  it('counts the six products of a training step of a layer', async () => {
    const workload = { ...byName('nalu-256-256-b1024'), inputs: 64, outputs: 32, batch: 128 };
    const { flops } = await costOf(workload);
    // x·W, log|x|·W and x·G forward; ∂W twice and ∂G backward. What else there is is small, but not nothing.
    const products = 6 * 2 * 128 * 64 * 32;
    expect(flops).toBeGreaterThan(products);
    expect(flops).toBeLessThan(1.1 * products);
  });

  it('does not depend on the population, and grows with the rows', async () => {
    const pair = byName('nalu-2-1-b128');
    const [one, many, rows] = await Promise.all([
      costOf(pair),
      costOf(byName('nalu-2-1-b128-100')),
      costOf({ ...pair, batch: 1280 }),
    ]);
    expect(many).toEqual(one);
    expect(rows.flops / one.flops).toBeGreaterThan(9);
    expect(rows.flops / one.flops).toBeLessThan(10);
  });

  it('counts predictions of many rows by their blocks', async () => {
    const [one, many] = speedSuite(false).workloads.filter(({ task }) => task === 'inference');
    const costs = await Promise.all([one!, { ...many!, batch: 4096 }].map(costOf));
    expect(costs[1]!.flops / costs[0]!.flops).toBeGreaterThan(2000);
    expect(costs[1]!.flops / costs[0]!.flops).toBeLessThan(4096);
  });
});

describe('the peaks', () => {
  interface Exports {
    readonly multiplyAdd: (rounds: number) => number;
  }
  const { WebAssembly } = globalThis as unknown as {
    readonly WebAssembly: {
      readonly Module: new (bytes: Uint8Array) => object;
      readonly Instance: new (module: object) => { readonly exports: Exports };
    };
  };

  it('come from a module that computes what it says: every chain goes to 2, the fixed point of x/2 + 1', () => {
    const { multiplyAdd } = new WebAssembly.Instance(new WebAssembly.Module(simdModule(8192, false))).exports;
    // Ten chains start at 3 … 12 and are added up.
    expect(multiplyAdd(1)).toBe(75 / 2 + 10);
    expect(multiplyAdd(200)).toBe(20);
  });

  it('are positive and finite for both units', () => {
    const peaks = measurePeaks({ arrayBytes: 2 ** 16, milliseconds: 0.2, tries: 2 });
    expect(peaks.map(({ unit }) => unit)).toEqual(['javascript', 'webassembly']);
    for (const { flops, bandwidth, cacheBandwidth } of peaks)
      for (const rate of [flops, bandwidth, cacheBandwidth]) {
        expect(rate).toBeGreaterThan(0);
        expect(rate).toBeLessThan(Infinity);
      }
  });
});

describe('measureCompileTime', () => {
  it('times the first compilation within the way to it, and further ones, and leaves nothing behind', async () => {
    const backend = await createBackend();
    const { cold, compilation, again } = await measureCompileTime(backend, { ...byName('nalu-2-1-b128'), batch: 8 }, 3);
    expect(compilation).toBeGreaterThan(0);
    expect(cold).toBeGreaterThan(compilation);
    expect(again).toHaveLength(3);
    for (const each of again) expect(each).toBeGreaterThan(0);
    expect(backend.memory().buffers).toBe(0);
    await backend.dispose();
  });
});
