import { expect, test } from 'vitest';
import { hostLine, type HostFacts } from '../../src/benchmark.ts';
import { short, withSpread } from '../../src/benchmark/show/numbers.ts';

test.each([
  [0, '0'],
  [0.0123456, '0.0123'],
  [-4.5678, '-4.57'],
  [456.7, '457'],
  [12345.6, '12,346'],
  [-98_765.4, '-98,765'],
  [1.24e-9, '1.2e-9'],
  [-1.24e12, '-1.2e12'],
  [1e-4, '1.0e-4'],
  [Infinity, '∞'],
  [-Infinity, '-∞'],
  [NaN, 'NaN'],
])('short(%d) is %s', (value, text) => expect(short(value)).toBe(text));

test.each([
  [9.4321, 0.0512, '9.43 ± 0.05'],
  [498_213, 1_920, '498,000 ± 2,000'],
  [0.0123456, 0.002, '0.0123 ± 0.0020'],
  [99.96, 0.4, '100 ± 0'],
  [123.4, 12.3, '123 ± 12'],
  [1234.5, 0, '1,230 ± 0'],
])('withSpread(%d, %d) is %s', (median, spread, text) => expect(withSpread(median, spread)).toBe(text));

test('what a machine is, without what is not known of it', () => {
  const node: HostFacts = {
    cpu: 'AMD EPYC',
    cores: 2,
    memoryBytes: null,
    os: null,
    runtime: 'Node 20.20.2',
    versions: {},
    commit: '966f85a34582aa64461407ee0bd52696474bb4f7',
    page: null,
  };
  expect(hostLine(node)).toBe('AMD EPYC, 2 cores, Node 20.20.2, commit 966f85a345');
  const page = { isolated: false, webgpu: 'google swiftshader (software)', webgl2: null };
  expect(hostLine({ ...node, cpu: null, cores: 1, commit: null, page })).toBe(
    '1 core, Node 20.20.2, not isolated, WebGPU: google swiftshader (software)',
  );
});
