import { expect, it } from 'vitest';
import { fastestBackend, nalu, selectBackend, type Backend } from '@nalu/core';
import { assets } from '../../page/assets.ts';
import { creatorOf } from '../../src/backends.ts';
import type { BackendName, Row } from '../../src/table/row.ts';
import { table } from '../../src/table/table.ts';

const rowOf = (backend: BackendName, mode?: string): Row =>
  table.find((row) => row.place === 'chromium' && row.backend === backend && row.mode === mode)!;

const candidate = (name: string, row: Row, files = assets): { name: string; create: () => Promise<Backend> } => ({
  name,
  create: async () => (await creatorOf(row, files))(),
});

it('measures real backends in a page and explains its choice', async () => {
  const candidates = [
    candidate('js', rowOf('js', 'auto')),
    candidate('tfjs-wasm', rowOf('tfjs-wasm')),
    candidate('tfjs-webgpu', rowOf('tfjs-webgpu')),
  ];
  const { backend, name, results, explanation } = await fastestBackend(nalu({ inputs: 2, outputs: 1 }), candidates, {
    batch: 32,
    budget: 200,
  });
  expect(results.filter(({ status }) => status === 'chosen').length).toBe(1);
  expect(results.filter(({ status }) => ['slower', 'tied'].includes(status)).length).toBe(2);
  expect(results.every(({ microseconds, paths }) => microseconds!.median > 0 && paths.length > 0)).toBe(true);
  const fastest = results.find(({ status }) => status === 'chosen')!;
  expect(fastest.name).toBe(name);
  for (const each of candidates) expect(explanation).toContain(`\n${each.name}: `);
  await backend.dispose();
});

it('takes the first that runs, when a .wasm file cannot be fetched', async () => {
  const missing = { wasmPaths: { 'tfjs-backend-wasm-simd.wasm': '/nowhere/tfjs-backend-wasm-simd.wasm' } };
  const { backend, name, skipped } = await selectBackend([
    candidate('tfjs-wasm', rowOf('tfjs-wasm'), missing),
    candidate('js', rowOf('js', 'auto')),
  ]);
  expect(name).toBe('js');
  expect(skipped).toHaveLength(1);
  expect(skipped[0]!.backend).toBe('tfjs-wasm');
  expect(skipped[0]!.reason).toContain('/nowhere/tfjs-backend-wasm-simd.wasm');
  await backend.dispose();
});
