import { backendColumn, baselinesBeside, type Column } from '@nalu/experiments/benchmark';
import { backends } from './backends.ts';
import type { ColumnName } from './columns.ts';
import { createBackend, wasmPaths } from './create.ts';

/** Baselines beside these are all that there are. */
const allBaselines = baselinesBeside(
  backends.map(({ name }) => name),
  true,
);

const builds = ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm-threaded-simd.wasm'];

/** tfjs is told where this site has its WebAssembly, and computes with one thread as all the others do. */
const onThisSite = (column: Column): Column => ({
  ...column,
  prepare: async (workload) => {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    // It wants to know of all its builds, whichever it takes; without threads that is the one with SIMD.
    const [path] = Object.values(wasmPaths);
    setWasmPaths(Object.fromEntries(builds.map((file) => [file, path!])));
    const { env } = await import('@tensorflow/tfjs-core');
    env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    return column.prepare(workload);
  },
});

const isTfjsOnWasm = (name: string): boolean => name === 'tfjs-autodiff' || name === 'tfjs-tuned';

/** What the benchmark calls by this name. */
export const benchColumn = (name: ColumnName): Column => {
  const backend = backends.find((each) => each.name === name);
  if (backend !== undefined) return backendColumn(backend.name, createBackend[backend.name], backend.unit);
  const baseline = allBaselines.find((each) => each.name === name);
  if (baseline === undefined) throw new Error(`There is no column "${name}".`);
  return isTfjsOnWasm(name) ? onThisSite(baseline) : baseline;
};
