import { describe, expect, it } from 'vitest';
import {
  compareReports,
  hostFacts,
  parseReport,
  REPORT_VERSION,
  runBenchmark,
  type BenchmarkReport,
  type Comparison,
} from '../../../src/benchmark.ts';
import { plainLoop } from '../../../src/benchmark/columns/plain-loop.ts';
import { byName } from '../support.ts';

/** A run that was really made, with few samples. */
const measured = async (): Promise<BenchmarkReport> => {
  const workload = { ...byName('nalu-2-1-b128'), batch: 4, stepsPerRun: 2 };
  const protocol = { warmUp: 1, sample: 0.1, budget: 1, minSamples: 8, maxSamples: 8, ceiling: 60_000 };
  const run = await runBenchmark({ workloads: [workload], columns: [plainLoop], host: hostFacts(), protocol, costs: true });
  return {
    format: 'nalu benchmark',
    version: REPORT_VERSION,
    suite: 'speed',
    ...run,
    notes: [],
    compileTimes: [
      {
        workload: workload.name,
        column: 'js',
        reason: null,
        software: false,
        cold: [50, 60],
        compilation: [20, 21],
        again: [1, 2],
      },
    ],
    workers: [
      {
        workload: workload.name,
        column: 'js',
        reason: null,
        workers: 2,
        members: 100,
        rounds: [{ sharded: 1e6, independent: 1.1e6 }],
        stepsPerRound: 10,
        check: null,
      },
    ],
    peaks: [{ unit: 'javascript', flops: 1e9, bandwidth: 1e10, cacheBandwidth: 1e11, note: 'scalar' }],
  };
};

const real = await measured();

/** The report with these durations of its only cell. */
const withSamples = (samples: readonly number[]): BenchmarkReport => ({
  ...real,
  records: [{ ...real.records[0]!, samples }],
});

const spread = (centre: number, count: number = 10): number[] =>
  Array.from({ length: count }, (_, i) => centre * (1 + 0.01 * Math.sin(i)));

const stepOf = (rows: readonly Comparison[]): Comparison => rows.find(({ measure }) => measure === 'step')!;

describe('compareReports', () => {
  it('sees no difference between a run and itself', () => {
    const row = stepOf(compareReports(real, real));
    expect(row).toMatchObject({ verdict: 'no difference', reason: null, unit: 'µs', column: 'plain-loop' });
    expect(row.ratio!.estimate).toBeCloseTo(1, 12);
    expect(row.before).toBe(row.after);
  });

  it('sees a regression, an improvement, and how large they are', () => {
    const slower = stepOf(compareReports(withSamples(spread(10)), withSamples(spread(12))));
    expect(slower.verdict).toBe('slower');
    expect(slower.ratio!.estimate).toBeCloseTo(1.2, 6);
    expect(slower.ratio!.low).toBeLessThanOrEqual(1.2);
    expect(slower.ratio!.high).toBeGreaterThanOrEqual(1.2);
    const faster = stepOf(compareReports(withSamples(spread(12)), withSamples(spread(10))));
    expect(faster.verdict).toBe('faster');
    expect(faster.ratio!.estimate).toBeCloseTo(1 / 1.2, 6);
  });

  it('takes a change within the margin for none, and one that the samples do not show', () => {
    expect(stepOf(compareReports(withSamples(spread(10)), withSamples(spread(10.3)))).verdict).toBe('no difference');
    const wide = [5, 10, 15, 20, 25, 30];
    expect(stepOf(compareReports(withSamples(wide), withSamples(wide.map((value) => 1.2 * value)))).verdict).toBe(
      'no difference',
    );
  });

  it('is not moved by single long samples', () => {
    const disturbed = [...spread(10, 18), 500, 800];
    expect(stepOf(compareReports(withSamples(spread(10, 20)), withSamples(disturbed))).verdict).toBe('no difference');
  });

  it('says why rows are not comparable', () => {
    const reasonOf = (before: BenchmarkReport, after: BenchmarkReport): string | null => {
      const row = stepOf(compareReports(before, after));
      expect([row.verdict, row.ratio]).toEqual(['not comparable', null]);
      return row.reason;
    };
    const [record] = real.records;
    const changed = (change: object): BenchmarkReport => ({ ...real, records: [{ ...record!, ...change }] });
    expect(reasonOf(real, { ...real, records: [] })).toBe('only in the first run');
    expect(reasonOf({ ...real, records: [] }, real)).toBe('only in the second run');
    expect(reasonOf(real, changed({ status: 'n/a', reason: 'no device', samples: [] }))).toBe('second run: no device');
    expect(reasonOf(changed({ status: 'wrong', reason: 'far', samples: [] }), real)).toBe('first run: its answer is wrong');
    expect(reasonOf(real, changed({ batch: 5 }))).toMatch(/measured differently/);
    expect(reasonOf(real, changed({ software: true }))).toMatch(/in software/);
    expect(reasonOf(real, { ...real, host: { ...real.host, cpu: 'another' } })).toBe('another processor');
    expect(reasonOf(real, { ...real, host: { ...real.host, cores: 999 } })).toBe('another number of cores');
    expect(reasonOf(withSamples([1, 2, 3]), withSamples([4, 5, 6]))).toMatch(/too few samples .* 3 and 3/);
  });

  it('compares compilation and workers, the latter by durations too', () => {
    const [one, many] = [{ ...real.compileTimes[0]!, cold: spread(50) }, real.workers[0]!];
    const rounds = spread(2e6).map((sharded) => ({ sharded, independent: sharded }));
    const before = { ...real, compileTimes: [one], workers: [{ ...many, rounds }] };
    const after = {
      ...real,
      compileTimes: [{ ...one, cold: spread(100) }],
      workers: [{ ...many, rounds: rounds.map((round) => ({ ...round, sharded: round.sharded / 2 })) }],
    };
    const verdicts = compareReports(before, after).map(({ measure, verdict }) => [measure, verdict]);
    expect(verdicts).toEqual([
      ['step', 'no difference'],
      ['compile cold', 'slower'],
      ['compile again', 'not comparable'],
      ['2 workers', 'slower'],
    ]);
  });
});

describe('parseReport', () => {
  const text = JSON.stringify(real);

  it('reads what was written', () => {
    expect(parseReport(text, 'run.json')).toEqual(JSON.parse(text));
  });

  it('reads numbers that are not finite', () => {
    const [record] = real.records;
    const wrong = {
      ...record,
      status: 'wrong',
      samples: [],
      check: { ...record!.check, worstError: 'NaN', checksum: 'Infinity' },
    };
    const { check } = parseReport(JSON.stringify({ ...real, records: [wrong] }), 'run.json').records[0]!;
    expect(check).toMatchObject({ worstError: NaN, checksum: Infinity });
  });

  const altered = (change: (report: { records: Record<string, unknown>[] } & Record<string, unknown>) => void): string => {
    const copy = JSON.parse(text) as { records: Record<string, unknown>[] } & Record<string, unknown>;
    change(copy);
    return JSON.stringify(copy);
  };

  it.each([
    [
      'a file that ends early',
      text.slice(0, text.length / 2),
      /run\.json is no complete JSON document .*Was it written to its end\?/,
    ],
    ['an empty file', '', /no complete JSON document/],
    ['another document', '{"records":[]}', /run\.json is no benchmark\. Save one with/],
    ['a list', '[1]', /is no benchmark/],
    ['a newer file', altered((report) => (report['version'] = 7)), /written by a newer nalu \(version 7 .* reads 1\)/],
    ['a missing list', altered((report) => delete report['peaks']), /damaged: peaks/],
    ['a sample that is text', altered(({ records }) => (records[0]!['samples'] = ['fast'])), /damaged: records\.0\.samples\.0/],
    [
      'a median of 0',
      altered(({ records }) => (records[0]!['medianMicroseconds'] = 0)),
      /damaged: records\.0\.medianMicroseconds/,
    ],
    [
      'a median of nothing',
      altered(({ records }) => (records[0]!['medianMicroseconds'] = 1e-200)),
      /damaged: records\.0\.median/,
    ],
    ['a median of ages', altered(({ records }) => (records[0]!['medianMicroseconds'] = 1.7e308)), /damaged: records\.0\.median/],
    [
      'too many samples',
      altered(({ records }) => (records[0]!['samples'] = new Array(2000).fill(1))),
      /damaged: records\.0\.samples/,
    ],
    ['a batch without end', altered(({ records }) => (records[0]!['batch'] = 1e300)), /damaged: records\.0\.batch/],
    ['a sample below zero', altered(({ records }) => (records[0]!['samples'] = [-1])), /damaged: records\.0\.samples\.0/],
    ['a status that is none', altered(({ records }) => (records[0]!['status'] = 'good')), /damaged: records\.0\.status/],
  ])('refuses %s with a sentence', (_, source, message) => {
    expect(() => parseReport(source, 'run.json')).toThrow(message);
  });
});
