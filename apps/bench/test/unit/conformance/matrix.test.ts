import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cellOf, groupFailures, totalOf } from '../../../src/views/conformance/matrix/cell.ts';
import { committedColumns, withLive } from '../../../src/views/conformance/matrix/columns.ts';
import { readCertificate } from '../../../src/views/conformance/reports/readCertificate.ts';
import type { Report } from '../../../src/views/conformance/reports/report.ts';
import { timeLeft, timeShare } from '../../../src/views/conformance/live/timeLeft.ts';
import { levelOf, showUlp } from '../../../src/views/conformance/ulp.ts';

const folder = new URL('../../../../../docs/certification/', import.meta.url);
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
const jsons = files.map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as object);
const committed: readonly Report[] = jsons.map(readCertificate);

const report = (change: Partial<Report>): Report => ({
  id: 'js-auto-node',
  backend: 'js',
  mode: 'auto',
  place: 'node',
  tier: 'smoke',
  date: '2026-11-23',
  machine: 'a machine',
  commit: null,
  result: { refusal: 'it cannot' },
  ...change,
});

const ran = (worstUlp: number | null, failures: readonly string[] = []): Report['result'] => ({
  info: { device: 'CPU', softwareAdapter: false, simd: false, threads: 1, runtime: 'x', versions: {} },
  passed: 3,
  failed: failures.length,
  deviations: [],
  failures: failures.map((message, i) => ({ op: 'tanh', case: `case ${i}`, message })),
  ops: [{ op: 'tanh', cases: 10, worstUlp, worstInput: 'tanh(1)' }],
  seconds: 1,
  soak: null,
});

describe('columns', () => {
  test('committed reports: one column per backend and mode, or one each', () => {
    expect(committed.length).toBeGreaterThan(30);
    const together = committedColumns(committed, 'all', 'together');
    expect(together.map(({ key }) => key).slice(0, 2)).toEqual(['js-auto', 'js-interpreter']);
    expect(together.flatMap(({ reports }) => reports)).toHaveLength(committed.length);
    const apart = committedColumns(committed, 'all', 'apart');
    expect(apart).toHaveLength(committed.length);
    expect(new Set(apart.map(({ key }) => key)).size).toBe(committed.length);
    expect(committedColumns(committed, 'gpujs', 'node').every(({ backend }) => backend === 'gpujs')).toBe(true);
  });

  test('a run in this page stands in front of its like, or of all', () => {
    const columns = committedColumns(
      [report({}), report({ id: 'tfjs-wasm-node', backend: 'tfjs-wasm', mode: undefined })],
      'all',
      'together',
    );
    const live = (backend: string): Report => report({ id: `live-${backend}`, backend, mode: undefined, place: 'here' });
    expect(withLive(columns, [live('js')]).map(({ key }) => key)).toEqual(['live-js', 'js-auto', 'tfjs-wasm']);
    expect(withLive(columns, [live('tfjs-wasm')]).map(({ key }) => key)).toEqual(['js-auto', 'live-tfjs-wasm', 'tfjs-wasm']);
    expect(withLive(columns, [live('other')]).map(({ key }) => key)[0]).toBe('live-other');
  });
});

describe('cells', () => {
  const columnOf = (...results: readonly Report['result'][]) =>
    committedColumns(
      results.map((result) => report({ result })),
      'all',
      'together',
    )[0]!;

  test('have the worst of their places', () => {
    expect(cellOf(columnOf(ran(0.5), ran(3), { refusal: 'no' }), 'tanh')).toMatchObject({
      kind: 'tested',
      worst: 3,
      cases: 20,
      failures: 0,
    });
    expect(cellOf(columnOf(ran(null), ran(1, ['wrong'])), 'tanh')).toMatchObject({ worst: 1, failures: 1 });
    expect(cellOf(columnOf(ran(1)), 'exp')).toEqual({ kind: 'untested' });
    expect(cellOf(columnOf({ refusal: 'no' }), 'tanh')).toEqual({ kind: 'refused' });
    expect(totalOf(columnOf(ran(1, ['a', 'b']), { refusal: 'no' }))).toEqual({
      passed: 3,
      failed: 2,
      deviations: 0,
      refusals: 1,
    });
  });

  test('failures with one message stand together', () => {
    const failures = ['lost', 'lost', 'other'].map((message, i) => ({ op: 'tanh', case: String(i), message }));
    expect(groupFailures(failures).map(({ message, checks }) => [message, checks.length])).toEqual([
      ['lost', 2],
      ['other', 1],
    ]);
  });
});

test('a damaged report is refused', () => {
  expect(() => readCertificate({ ...jsons[0], tier: 'thorough' })).toThrow(/Invalid/);
});

test('errors are written shortly', () => {
  expect([0, 0.5, 7.31, 954_000, 7.14e44, Infinity].map((ulp) => showUlp(ulp))).toEqual([
    '0',
    '0.5',
    '7.31',
    '9.5·10⁵',
    '7.1·10⁴⁴',
    '∞',
  ]);
  expect([0, 0.5, 0.6, 4, 4.1].map(levelOf)).toEqual(['exact', 'rounded', 'near', 'near', 'far']);
});

test('the time left is that of the later, longer checks', () => {
  expect(timeShare('smoke', 0, 318)).toBe(0);
  expect(timeShare('certify', 324, 324)).toBe(1);
  expect(timeLeft('smoke', 1, 318, 100)).toBeUndefined();
  expect(timeLeft('smoke', 159, 318, 1000)).toBeCloseTo((1000 * 0.73) / 0.27);
});
