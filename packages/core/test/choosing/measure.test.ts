import { describe, expect, it } from 'vitest';
import { measurementOf, timingOf } from '../../src/choosing/measure.ts';
import type { Subject } from '../../src/choosing/workload.ts';

interface Costs {
  /** Milliseconds of one run. */
  readonly run: number;
  /** Milliseconds of waiting for the device, once per call. */
  readonly latency?: number;
  /** Milliseconds of compiling in the first call with so many runs. */
  readonly compileAt?: readonly [count: number, milliseconds: number];
  readonly grain?: number;
  /** How many times longer a run takes in each of the first calls. */
  readonly cold?: readonly number[];
}

/** A subject on a clock of its own. */
const simulated = ({ run, latency = 0, compileAt: [at, compile] = [0, 0], grain = 1, cold = [] }: Costs) => {
  let [now, compiled] = [0, 0];
  const counts: number[] = [];
  const subject: Subject = {
    grain,
    first: async () => [],
    run: async (count) => {
      if (count === at && !counts.includes(count)) {
        compiled += compile;
        now += compile;
      }
      now += latency + count * run * (cold[counts.length] ?? 1);
      counts.push(count);
    },
    get compileMilliseconds() {
      return compiled;
    },
    executables: [],
    dispose: () => {},
  };
  return { subject, counts, clock: () => now, wait: <T>(answer: Promise<T>): Promise<T> => answer };
};

const timed = async (costs: Costs, budget = 1000) => {
  const { subject, counts, clock, wait } = simulated(costs);
  const measurement = measurementOf(subject, budget, wait, clock);
  await measurement.warmUp();
  while (measurement.wantsMore()) await measurement.sample();
  return { ...measurement.timing(), counts, milliseconds: clock() };
};

describe('measurementOf', () => {
  it('is right for fast and for slow runs, within the budget', async () => {
    for (const run of [0.001, 0.1, 7, 90]) {
      const { median, spread, samples, milliseconds } = await timed({ run });
      expect(median).toBeCloseTo(1000 * run, 6);
      expect(spread).toBeCloseTo(0, 6);
      expect(samples).toBeGreaterThanOrEqual(3);
      expect(milliseconds).toBeLessThan(1500);
    }
  });

  it('shares what a synchronisation costs among many runs, as real use does', async () => {
    const { median } = await timed({ run: 0.1, latency: 5 });
    expect(median).toBeLessThan(1.25 * 100);
  });

  it('leaves out what compiling takes, also when it takes longer than the budget', async () => {
    const { median, samples } = await timed({ run: 0.5, compileAt: [16, 5000] });
    expect(median).toBeCloseTo(500, 6);
    expect(samples).toBeGreaterThanOrEqual(5);
  });

  it('measures a run that is longer than the budget once, after one for warming up', async () => {
    const { median, samples, counts } = await timed({ run: 3000 });
    expect([median, samples, counts]).toEqual([3_000_000, 1, [1, 1]]);
  });

  it('goes on warming up while that makes calls cheaper', async () => {
    const { median, spread } = await timed({ run: 0.5, grain: 16, cold: [20, 8, 4, 2] }, 200);
    expect(median).toBeCloseTo(500, 6);
    expect(spread).toBeCloseTo(0, 6);
  });

  it('starts with as many as the subject says', async () => {
    expect((await timed({ run: 0.5, grain: 16 })).counts[0]).toBe(16);
  });
});

describe('timingOf', () => {
  it('is the median, and the median absolute deviation', () => {
    expect(timingOf([5, 1, 100])).toEqual({ median: 5, spread: 4, samples: 3 });
    expect(timingOf([1, 2, 3, 10])).toEqual({ median: 2.5, spread: 1, samples: 4 });
  });
});
