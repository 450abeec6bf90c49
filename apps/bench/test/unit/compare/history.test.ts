import { describe, expect, test } from 'vitest';
import type { BenchmarkReport } from '@nalu/experiments/benchmark';
import type { Run } from '../../../src/runs/run.ts';
import { historiesOf } from '../../../src/views/compare/history/history.ts';
import { speedRun } from './bench.ts';

const workload = 'nalu-2-1-b128';

/** The committed run, with the times of `js` so many times as long. */
const run = (name: string, factor: number, host: Partial<BenchmarkReport['host']> = {}): Run => ({
  id: name,
  name,
  origin: 'imported',
  report: {
    ...speedRun,
    host: { ...speedRun.host, ...host },
    records: speedRun.records.map((record) =>
      record.column === 'js' ? { ...record, samples: record.samples.map((sample) => factor * sample) } : record,
    ),
  },
});

const of = (runs: readonly Run[], column: string) =>
  historiesOf(runs, workload)
    .filter((history) => history.column === column)
    .map(({ moments }) => moments.map(({ place, change }) => [place, change?.verdict ?? null, change?.before.name ?? null]));

describe('a history', () => {
  test('says what became slower and faster since the run before, and of what nothing changed', () => {
    const runs = [run('a', 1), run('b', 3), run('c', 3), run('d', 1)];
    expect(of(runs, 'js')).toEqual([
      [
        [0, null, null],
        [1, 'slower', 'a'],
        [2, 'no difference', 'b'],
        [3, 'faster', 'c'],
      ],
    ]);
    expect(of(runs, 'tfjs-wasm')[0]!.map(([, verdict]) => verdict)).toEqual([
      null,
      'no difference',
      'no difference',
      'no difference',
    ]);
  });

  test('compares with the last run that has a time', () => {
    const failed = run('b', 1);
    const untimed = {
      ...failed,
      report: {
        ...failed.report,
        records: failed.report.records.map((record) => ({
          ...record,
          status: 'n/a' as const,
          reason: 'no device',
          medianMicroseconds: null,
          samples: [],
        })),
      },
    };
    expect(of([run('a', 1), untimed, run('c', 3)], 'js')).toEqual([
      [
        [0, null, null],
        [1, null, null],
        [2, 'slower', 'a'],
      ],
    ]);
  });

  test('keeps machines apart', () => {
    expect(of([run('a', 1), run('b', 3, { cpu: 'another' }), run('c', 1)], 'js')).toEqual([
      [
        [0, null, null],
        [2, 'no difference', 'a'],
      ],
      [[1, null, null]],
    ]);
  });

  test('has only runs with the workload', () => expect(historiesOf([run('a', 1)], 'nothing')).toEqual([]));
});
