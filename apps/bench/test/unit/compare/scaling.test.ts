import { describe, expect, test } from 'vitest';
import { speedSuite } from '@nalu/experiments/benchmark';
import { measuredScaling } from '../../../src/views/compare/scaling/scaling.ts';
import { firstRunsOf } from '../../../src/views/compare/starting/firstRuns.ts';
import { speedRun } from './bench.ts';

const { scalings } = speedSuite(false);

describe.each(scalings.map((scaling) => [scaling.name, scaling] as const))('the series over the %s', (_, scaling) => {
  test('has every size of the committed run, with the record of that very workload', () => {
    const { sizes, columns } = measuredScaling(speedRun.records, scaling)!;
    expect(sizes).toEqual(scaling.points.map(({ size }) => size));
    expect(columns.map(({ column }) => column)).toContain('tfjs-wasm');
    for (const { column, records } of columns) {
      expect(records.map((record) => record!.workload)).toEqual(scaling.points.map(({ workload }) => workload));
      expect(records.every((record) => record!.column === column)).toBe(true);
    }
  });

  test('leaves out a size that nothing was measured at, and needs two', () => {
    const [first, second, ...rest] = scaling.points.map(({ workload }) => workload);
    const without = speedRun.records.map((record) =>
      record.workload === first ? { ...record, status: 'n/a' as const, medianMicroseconds: null } : record,
    );
    expect(measuredScaling(without, scaling)!.sizes).toEqual(scaling.points.slice(1).map(({ size }) => size));
    const one = speedRun.records.filter(({ workload }) => workload === second);
    expect(measuredScaling(one, scaling)).toBeNull();
    expect(rest.length).toBeGreaterThan(0);
  });
});

test('a first run stands beside the same number of steps later, of all members', () => {
  const record = speedRun.records.find(({ workload, column }) => workload === 'nalu-2-1-b128-100' && column === 'js')!;
  const [row, ...others] = firstRunsOf([
    { ...record, firstRunMilliseconds: 50, medianMicroseconds: 2 },
    { ...record, firstRunMilliseconds: null },
    { ...record, firstRunMilliseconds: 50, medianMicroseconds: null },
  ]);
  // Ten steps of a hundred members, 2 µs each.
  expect(row).toMatchObject({ steps: 10, first: 50, later: 2 });
  expect(others).toEqual([]);
});
