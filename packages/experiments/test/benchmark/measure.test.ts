import { describe, expect, it } from 'vitest';
import type { Column, Prepared } from '../../src/benchmark/column.ts';
import { plainLoop } from '../../src/benchmark/columns/plain-loop.ts';
import { hostFacts } from '../../src/benchmark/host/host.node.ts';
import { runBenchmark, type BenchmarkOptions, type Measurements } from '../../src/benchmark/measure.ts';
import type { Protocol } from '../../src/benchmark/protocol.ts';
import { byName } from './support.ts';

const workload = { ...byName('nalu-2-1-b128'), batch: 4, stepsPerRun: 2 };
const protocol: Protocol = { warmUp: 4, sample: 5, budget: 30, minSamples: 2, maxSamples: 6, ceiling: 1000 };
const host = hostFacts([]);

/** A clock that only moves when something is said to take time; reading it takes 0.01 ms, its resolution. */
const fakeTime = () => {
  let now = 0;
  return { clock: () => (now += 0.01), pass: (milliseconds: number) => void (now += milliseconds) };
};
type FakeTime = ReturnType<typeof fakeTime>;

/** A column that really trains, and whose every run takes this long on the fake clock. */
const column = (
  name: string,
  time: FakeTime,
  runMilliseconds: number,
  change: (prepared: Prepared) => Partial<Prepared> = () => ({}),
): Column => ({
  name,
  prepare: async (job) => {
    const prepared = await plainLoop.prepare(job);
    const run = (steps: number): void => {
      time.pass(runMilliseconds);
      void prepared.run(steps);
    };
    return { ...prepared, run, ...change({ ...prepared, run }) };
  },
});

const bench = (columns: readonly Column[], time: FakeTime, more: Partial<BenchmarkOptions> = {}): Promise<Measurements> =>
  runBenchmark({ workloads: [workload], columns, host, protocol, clock: time.clock, ...more });

describe('runBenchmark', () => {
  it('times a correct column per member and step, and keeps every sample', async () => {
    const time = fakeTime();
    const { records } = await bench([column('good', time, 10)], time, { workloads: [{ ...workload, members: 4 }] });
    const [record] = records;
    expect(record).toMatchObject({
      workload: workload.name,
      column: 'good',
      status: 'ok',
      reason: null,
      stepsPerSample: 2,
      members: 4,
    });
    // 10.01 ms for 2 steps of 4 members; samples until 30 ms are spent.
    expect(record!.samples).toHaveLength(3);
    for (const sample of record!.samples) expect(sample).toBeCloseTo(10_010 / 8, 6);
    expect(record!.medianMicroseconds).toBeCloseTo(10_010 / 8, 6);
    expect(record!.check!.worstError).toBeLessThan(record!.check!.tolerance);
  });

  it('runs a fast column often enough to make a sample as long as it must be', async () => {
    const time = fakeTime();
    const { records, clockResolution } = await bench([column('fast', time, 0.02)], time);
    const [record] = records;
    expect(clockResolution).toBeCloseTo(0.01, 9);
    // 256 runs of 0.02 ms are the first power of two to reach 5 ms.
    expect(record!.stepsPerSample).toBe(256 * workload.stepsPerRun);
    expect(record!.samples).toHaveLength(6);
    expect(record!.warmUpSteps! * 0.01).toBeGreaterThan(protocol.warmUp);
  });

  it('makes samples longer where the clock is coarse', async () => {
    const time = fakeTime();
    const coarse = (): number => Math.floor(time.clock());
    const { records, clockResolution } = await bench([column('fast', time, 2)], time, { clock: coarse });
    expect(clockResolution).toBe(1);
    expect(records[0]!.stepsPerSample! * 1).toBeGreaterThanOrEqual((100 / 2) * workload.stepsPerRun);
  });

  it('lets the columns take turns', async () => {
    const time = fakeTime();
    const order: string[] = [];
    await bench([column('A', time, 10), column('B', time, 10), column('C', time, 15)], time, {
      onEvent: (event) => void (event.kind === 'sample' && order.push(event.column)),
    });
    expect(order.join('')).toBe('ABCABCAB');
  });

  it('gives no time to a column that trains with another learning rate, trains nothing, or returns too little', async () => {
    const time = fakeTime();
    const faster: Column = {
      name: 'faster',
      prepare: (job) => plainLoop.prepare({ ...job, adam: { ...job.adam, learningRate: job.adam.learningRate * 1.1 } }),
    };
    const idle = column('idle', time, 10, () => ({ run: () => {} }));
    const short = column('short', time, 10, (prepared) => ({
      answer: async () => (await prepared.answer()).slice(0, 2),
    }));
    const { records } = await bench([faster, idle, short, column('good', time, 10)], time);
    expect(records.map(({ status }) => status)).toEqual(['wrong', 'wrong', 'wrong', 'ok']);
    for (const record of records.slice(0, 3)) {
      expect(record).toMatchObject({ medianMicroseconds: null, samples: [] });
      expect(record.reason).toContain('from the oracle');
    }
  });

  it('calls a column wrong whose parameters are not finite in the end', async () => {
    const time = fakeTime();
    const late = column('late', time, 10, (prepared) => {
      let reads = 0;
      return { answer: async () => (reads++ === 0 ? prepared.answer() : [[NaN]]) };
    });
    const { records } = await bench([late], time);
    expect(records[0]).toMatchObject({
      status: 'wrong',
      reason: 'a parameter is not finite at the end',
      medianMicroseconds: null,
    });
  });

  it('turns what a column throws into the reason of an n/a, and goes on', async () => {
    const time = fakeTime();
    let disposed = 0;
    const fail = (text: string) => () => {
      throw new Error(text);
    };
    const count = { dispose: () => void disposed++ };
    let runs = 0;
    const columns = [
      { name: 'prepare', prepare: async () => fail('no device')() },
      column('run', time, 10, () => ({ ...count, run: fail('lost') })),
      column('parameters', time, 10, () => ({ ...count, answer: fail('unreadable') })),
      column('sample', time, 10, ({ run }) => ({
        ...count,
        run: (steps) => (++runs < 3 ? run(steps) : fail('out of memory')()),
      })),
      column('good', time, 10),
    ];
    const { records } = await bench(columns, time);
    expect(records.map(({ status, reason }) => [status, reason])).toEqual([
      ['n/a', 'no device'],
      ['n/a', 'lost'],
      ['n/a', 'unreadable'],
      ['n/a', 'out of memory'],
      ['ok', null],
    ]);
    expect(records[3]!.samples).toEqual([]);
    expect(disposed).toBe(3);
  });

  it('samples a column that is slower than the ceiling in shorter runs, and gives it up where no step is short enough', async () => {
    const time = fakeTime();
    const slow = column('slow', time, 0, (prepared) => ({
      run: (steps) => {
        time.pass(600 * steps);
        void prepared.run(steps);
      },
    }));
    const twenty = { ...workload, stepsPerRun: 20 };
    const [sampled] = (await bench([slow], time, { workloads: [twenty], protocol: { ...protocol, ceiling: 10_000 } })).records;
    expect(sampled).toMatchObject({ status: 'ok', stepsPerSample: 1, medianMicroseconds: expect.closeTo(600_010) as number });
    const [given, good] = (await bench([slow, column('good', time, 10)], time)).records;
    expect(given).toMatchObject({
      status: 'n/a',
      reason: 'too slow to sample: the first run took 600005 µs a step',
      samples: [],
    });
    expect(good!.status).toBe('ok');
  });

  it('keeps what was measured before an abort, and says what was not', async () => {
    const time = fakeTime();
    const controller = new AbortController();
    const jobs = [workload, { ...workload, name: 'later' }];
    const report = await bench([column('A', time, 10), column('B', time, 10)], time, {
      workloads: jobs,
      signal: controller.signal,
      onEvent: (event) => {
        if (event.kind === 'sample' && event.column === 'A' && event.samples === 2) controller.abort();
      },
    });
    expect(report.stopped).toBe(true);
    expect(report.records.map(({ status, samples }) => [status, samples.length])).toEqual([
      ['ok', 2],
      ['ok', 1],
      ['n/a', 0],
      ['n/a', 0],
    ]);
    expect(report.records[2]!.reason).toBe('stopped before it was measured');
  });

  it('measures nothing when it is aborted before it starts', async () => {
    const time = fakeTime();
    const { records } = await bench([column('A', time, 10)], time, { signal: AbortSignal.abort() });
    expect(records).toMatchObject([{ status: 'n/a', reason: 'stopped before it was measured' }]);
  });

  it('reports as plain JSON', async () => {
    const time = fakeTime();
    const report = await bench([column('A', time, 10), { name: 'B', prepare: () => Promise.reject(new Error('absent')) }], time);
    const back = JSON.parse(JSON.stringify(report)) as Measurements;
    expect(back).toEqual(report);
    expect(new Date(report.date).getTime()).not.toBeNaN();
  });
});
