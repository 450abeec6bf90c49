import { mkdir, writeFile } from 'node:fs/promises';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { evaluate, type Backend } from '@nalu/core';
import type { BenchmarkRecord } from '@nalu/experiments/benchmark';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { variants, type BackendEntry, type VariantName } from '../../../src/backends/backends.ts';
import type { PageHost } from '../../../src/shell/host.ts';
import { hereOf } from '../../../src/views/choose/here.ts';
import { fulfilling, loadOf, sorted, sorts, type Row } from '../../../src/views/choose/rows.ts';
import { importLines, installLine, policyOf } from '../../../src/views/choose/snippet.ts';
import { certificationOf, standingsOf } from '../../../src/views/choose/standing.ts';
import { latest } from '../../../src/views/choose/times.ts';
import { readCertificate } from '../../../src/views/conformance/reports/readCertificate.ts';
import type { Report } from '../../../src/views/conformance/reports/report.ts';
import type { Run } from '../../../src/runs/run.ts';
import { speedRun } from '../compare/bench.ts';

const folder = new URL('../../../../../docs/certification/', import.meta.url);
const committed = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.json'))
  .map((name) => readCertificate(JSON.parse(readFileSync(new URL(name, folder), 'utf8'))));

const variant = (name: VariantName): BackendEntry => variants.find((each) => each.name === name)!;

const ran = (device: string, failed = 0): Report['result'] => ({
  info: { device, softwareAdapter: false, simd: false, threads: 1, runtime: 'x', versions: {} },
  passed: 10,
  failed,
  deviations: [{ op: 'tanh', case: 'NaN', reason: 'a driver', link: 'x' }],
  failures: [],
  ops: [],
  seconds: 1,
  soak: null,
});

const report = (change: Partial<Report>): Report => ({
  id: 'x',
  backend: 'js',
  mode: 'auto',
  place: 'node',
  tier: 'certify',
  date: '2026-11-23',
  machine: 'a machine',
  commit: null,
  result: ran('CPU (generated JavaScript)'),
  ...change,
});

const host: PageHost = {
  browser: 'a browser',
  system: null,
  cores: 2,
  memory: null,
  isolated: true,
  generatedCode: true,
  webgpu: { name: 'a GPU', software: true },
  webgl2: { name: 'a GPU', software: false },
  webgl: true,
  webassembly: true,
};

describe('where a backend runs', () => {
  test('is what the committed reports say', () => {
    for (const each of variants)
      for (const [place, standing] of Object.entries(standingsOf(each, committed)))
        expect(standing.kind === 'no report' || standing.report.place === place).toBe(true);
    expect(standingsOf(variant('js'), committed)['chromium-policy'].kind).toBe('runs');
    expect(standingsOf(variant('gpujs:cpu'), committed)['chromium-policy'].kind).toBe('refuses');
    expect(standingsOf(variant('gpujs:webgl2'), committed).node.kind).toBe('refuses');
  });

  test('and the needs that are listed are theirs: under a strict policy all run but those that need unsafe-eval', () => {
    for (const each of variants) {
      const forbidden = policyOf(each).includes("'unsafe-eval'");
      expect([each.name, standingsOf(each, committed)['chromium-policy'].kind]).toEqual([
        each.name,
        forbidden ? 'refuses' : 'runs',
      ]);
    }
  });

  test('reports of mode auto are of the loops that it ran', () => {
    const fused = (result: Report['result']) => standingsOf(variant('js:fused'), [report({ result })]).node.kind;
    expect(fused(ran('CPU (generated JavaScript)'))).toBe('runs');
    expect(fused(ran('CPU (interpreter)'))).toBe('no report');
    expect(fused({ refusal: 'it cannot' })).toBe('no report');
    expect(standingsOf(variant('js:interpreter'), [report({})]).node.kind).toBe('no report');
  });

  test('of several machines, one on which it runs counts', () => {
    const reports = [report({ result: { refusal: 'it cannot' } }), report({ id: 'y' })];
    expect(standingsOf(variant('js'), reports).node).toMatchObject({ kind: 'runs', report: { id: 'y' } });
  });

  test('certified is what passed without a failure in the tier certify', () => {
    const reports = [
      report({}),
      report({ place: 'firefox', result: ran('CPU', 2) }),
      report({ place: 'webkit', tier: 'smoke' }),
      report({ place: 'chromium', result: { refusal: 'it cannot' } }),
    ];
    const found = certificationOf(standingsOf(variant('js'), reports));
    expect(found).toEqual({ places: 1, shorter: 1, checks: 32, failed: 2, deviations: 3, imitated: false });
    expect(certificationOf(standingsOf(variant('js'), []))).toBeNull();
  });

  test('here: what it needs decides until it was tried', () => {
    expect(hereOf(variant('gpujs:cpu'), host, undefined)).toEqual({ runs: true, tried: false, note: '', software: false });
    expect(hereOf(variant('tfjs-webgpu'), host, undefined)).toMatchObject({ runs: true, software: true });
    const poor: PageHost = { ...host, webgpu: null, webgl2: null, webgl: false, webassembly: false, generatedCode: false };
    const runsOnPoor = variants.filter((each) => hereOf(each, poor, undefined)!.runs).map(({ name }) => name);
    expect(runsOnPoor).toEqual(['js', 'js:interpreter']);
    expect(hereOf(variant('gpujs:cpu'), poor, undefined)!.note).toMatch(/forbids generated code/);
    const refusal = { kind: 'refuses', reason: 'no adapter.' } as const;
    expect(hereOf(variant('tfjs-webgpu'), host, refusal)).toMatchObject({ runs: false, tried: true, note: 'no adapter.' });
    expect(hereOf(variant('js'), null, undefined)).toBeNull();
  });
});

const sizes = {
  core: 50_000,
  packages: {
    '@nalu/backend-js': { code: 17_000, lazy: 0, files: 0 },
    '@nalu/backend-tfjs-wasm': { code: 27_000, lazy: 6000, files: 137_000 },
    '@nalu/backend-tfjs-webgpu': { code: 25_000, lazy: 97_000, files: 0 },
    '@nalu/backend-gpujs': { code: 30_000, lazy: 150_000, files: 0 },
  },
};

const rows: readonly Row[] = variants.map((each) => {
  const standings = standingsOf(each, committed);
  return {
    variant: each,
    standings,
    certification: certificationOf(standings),
    load: loadOf(each, sizes),
    here: hereOf(each, host, undefined),
    page: null,
    served: null,
  };
});

/** A record of the committed run, for what does not matter here. */
const [record] = speedRun.records as readonly [BenchmarkRecord, ...BenchmarkRecord[]];

const runOf = (id: string, origin: Run['origin'], workloads: readonly string[]): Run => ({
  id,
  name: id,
  origin,
  report: { ...speedRun, records: workloads.map((workload) => ({ ...record, workload, column: 'js' })) },
});

const names = (some: readonly Row[]): readonly VariantName[] => some.map(({ variant: { name } }) => name);

describe('the table', () => {
  test('a library that is needed at once counts, one for large products comes later', () => {
    expect(loadOf(variant('tfjs-wasm'), sizes)).toEqual({ start: 170_000, later: 0 });
    expect(loadOf(variant('tfjs-webgpu'), sizes)).toEqual({ start: 25_000, later: 97_000 });
  });

  test('lists what fulfils every wish', () => {
    const wishes = { search: '', places: [], on: 'any' } as const;
    expect(fulfilling(rows, wishes)).toEqual(rows);
    expect(names(fulfilling(rows, { ...wishes, search: 'GPU.js  webgl' }))).toEqual(['gpujs:webgl2', 'gpujs:webgl']);
    expect(names(fulfilling(rows, { ...wishes, on: 'gpu', places: ['node', 'here'] }))).toEqual(['tfjs-webgpu', 'gpujs:webgpu']);
    expect(names(fulfilling(rows, { ...wishes, places: ['chromium-policy'], on: 'cpu' }))).toEqual([
      'js',
      'js:interpreter',
      'tfjs-wasm',
      'gpujs:webasm',
    ]);
    expect(fulfilling(rows, { ...wishes, search: 'fortran' })).toEqual([]);
  });

  test('sorting keeps every row, and rows without a number come last in both directions', () => {
    expect(names(sorted(rows, 'load', false))[0]).toBe('js');
    expect(names(sorted(rows, 'load', true)).at(-1)).toBe('js:interpreter');
    const timed = (medianMicroseconds: number): Row['page'] => ({
      record: { ...record, status: 'ok', medianMicroseconds },
      run: runOf('x', 'measured', []),
    });
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.double({ min: 0.1, max: 1e6, noNaN: true })), { minLength: rows.length, maxLength: rows.length }),
        fc.constantFrom(...sorts),
        fc.boolean(),
        (times, sort, descending) => {
          const measured = rows.map((row, i): Row => ({ ...row, page: times[i] === null ? null : timed(times[i]!) }));
          const result = sorted(measured, sort, descending);
          expect([...names(result)].sort()).toEqual([...names(rows)].sort());
          if (sort !== 'page') return;
          const medians = result.map(({ page }) => page?.record.medianMicroseconds ?? null);
          const known = medians.filter((median) => median !== null);
          expect(medians.slice(0, known.length)).toEqual(known.toSorted((a, b) => (descending ? b - a : a - b)));
        },
      ),
    );
  });

  test('a time is the newest one of this browser, or of the machine that serves the page', () => {
    const all = [
      runOf('old', 'measured', ['a', 'b']),
      runOf('node', 'served', ['a']),
      runOf('new', 'measured', ['a']),
      runOf('file', 'imported', ['a', 'b']),
    ];
    expect(latest(all, 'measured', 'a', 'js')?.run.id).toBe('new');
    expect(latest(all, 'measured', 'b', 'js')?.run.id).toBe('old');
    expect(latest(all, 'served', 'a', 'js')?.run.id).toBe('node');
    expect(latest(all, 'measured', 'a', 'tfjs-wasm')).toBeNull();
  });
});

describe('the lines to paste', () => {
  test.each(['js', 'js:fused', 'js:interpreter', 'gpujs:webasm', 'gpujs:cpu'] as const)('%s: they run', async (name) => {
    const lines = new URL(`../../../.cache/snippets/${name.replace(':', '-')}.mjs`, import.meta.url);
    await mkdir(new URL('.', lines), { recursive: true });
    await writeFile(lines, `${importLines(variant(name))}\nexport { backend };\n`);
    const { backend } = (await import(/* @vite-ignore */ fileURLToPath(lines))) as { backend: Backend };
    const [sum] = await evaluate(backend, (x) => x.sum(), [1, 2, 3]);
    expect(sum!.data[0]).toBe(6);
    await backend.dispose();
  });

  test('the policy and the folder are those of the package', () => {
    expect(policyOf(variant('js'))).toBe("script-src 'self'");
    expect(policyOf(variant('tfjs-wasm'))).toBe("script-src 'self' 'wasm-unsafe-eval'");
    expect(policyOf(variant('gpujs:cpu'))).toBe("script-src 'self' 'unsafe-eval'");
    for (const each of variants) {
      const [, place] = /\.\.\/nalu\/(packages\/backend-\S+)$/.exec(installLine(each))!;
      const { name } = JSON.parse(readFileSync(new URL(`../../../../../${place}/package.json`, import.meta.url), 'utf8')) as {
        name: string;
      };
      expect(name).toBe(each.package);
    }
  });
});
