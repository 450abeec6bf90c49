import { describe, expect, it } from 'vitest';
import { runConformance } from '@nalu/conformance';
import { createBackend } from '@nalu/backend-js';
import { complaintsAbout, expectationOf } from '../src/run/judge.ts';
import type { Outcome } from '../src/run/runRow.ts';
import type { Refuses, Row, Runs } from '../src/table/row.ts';

const runs: Runs = { outcome: 'runs', tier: 'smoke', device: 'generated JavaScript' };
const refuses: Refuses = { outcome: 'refuses', reason: 'no adapter' };

const refusal = (code: string | null, message: string): Outcome => ({ refusal: { code, message } });
const report = await runConformance({ create: createBackend });

describe('a row that should run', () => {
  it('is as expected when the suite passes on the right device', () => {
    expect(complaintsAbout(runs, { report })).toEqual([]);
  });
  it('may not run on another device', () => {
    expect(complaintsAbout({ ...runs, device: 'SwiftShader' }, { report })).toEqual([
      'It should run on "SwiftShader", but it ran on "CPU (generated JavaScript)".',
    ]);
  });
  it('may not refuse', () => {
    expect(complaintsAbout(runs, refusal('backend-unavailable', 'no adapter'))).toHaveLength(1);
  });
  it('may not fail a check', () => {
    const failures = [{ op: 'add', case: 'values', message: 'wrong' }];
    expect(complaintsAbout(runs, { report: { ...report, failures } })).toEqual(['add: values: wrong']);
  });
});

describe('a row that should refuse', () => {
  it('says why, with the right code', () => {
    expect(complaintsAbout(refuses, refusal('backend-unavailable', 'There is no adapter here.'))).toEqual([]);
    expect(complaintsAbout(refuses, refusal('backend-unavailable', 'It is Monday.'))).toHaveLength(1);
    expect(complaintsAbout(refuses, refusal(null, 'There is no adapter here.'))).toHaveLength(1);
  });
  it('may not run', () => {
    expect(complaintsAbout(refuses, { report })).toHaveLength(1);
  });
});

it('expects a refusal where the device is lacking', () => {
  const row: Row = { id: 'x', backend: 'js', place: 'firefox', expected: { ...runs, needs: 'webgl2' } };
  const devices = { webgpu: null, webgl: 'some', webgl2: 'some' };
  expect(expectationOf(row, devices)).toEqual(row.expected);
  expect(expectationOf(row, { ...devices, webgl2: null })).toMatchObject({ outcome: 'refuses' });
});
