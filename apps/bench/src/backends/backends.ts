import type { Unit } from '@nalu/experiments/benchmark';

/** A backend in one of its modes. */
export interface BackendEntry {
  /** As everywhere in Nalu, in the commands and in files of results. */
  readonly name: BackendName;
  readonly package: string;
  /** What it is, in a few words. */
  readonly title: string;
  readonly mode?: string;
  /** Where it computes. */
  readonly on: 'cpu' | 'gpu';
  /** What computes on one core; null for a GPU. */
  readonly unit: Unit | null;
}

export type BackendName =
  | 'js'
  | 'tfjs-wasm'
  | 'tfjs-webgpu'
  | 'gpujs:webgpu'
  | 'gpujs:webgl2'
  | 'gpujs:webgl'
  | 'gpujs:webasm'
  | 'gpujs:cpu';

/** Every backend and mode, in order of how little they need. `create.ts` has the code that loads them. */
export const backends: readonly BackendEntry[] = [
  { name: 'js', package: '@nalu/backend-js', title: 'plain TypeScript, generated loops', on: 'cpu', unit: 'javascript' },
  {
    name: 'tfjs-wasm',
    package: '@nalu/backend-tfjs-wasm',
    title: 'generated WebAssembly with SIMD, TensorFlow.js for the largest products',
    on: 'cpu',
    unit: 'webassembly',
  },
  {
    name: 'tfjs-webgpu',
    package: '@nalu/backend-tfjs-webgpu',
    title: 'generated WGSL, TensorFlow.js for large products',
    on: 'gpu',
    unit: null,
  },
  { name: 'gpujs:webgpu', package: '@nalu/backend-gpujs', title: 'gpu.js on WebGPU', mode: 'webgpu', on: 'gpu', unit: null },
  { name: 'gpujs:webgl2', package: '@nalu/backend-gpujs', title: 'gpu.js on WebGL 2', mode: 'webgl2', on: 'gpu', unit: null },
  { name: 'gpujs:webgl', package: '@nalu/backend-gpujs', title: 'gpu.js on WebGL 1', mode: 'webgl', on: 'gpu', unit: null },
  {
    name: 'gpujs:webasm',
    package: '@nalu/backend-gpujs',
    title: 'gpu.js on WebAssembly',
    mode: 'webasm',
    on: 'cpu',
    unit: 'webassembly',
  },
  {
    name: 'gpujs:cpu',
    package: '@nalu/backend-gpujs',
    title: 'gpu.js as plain JavaScript',
    mode: 'cpu',
    on: 'cpu',
    unit: 'javascript',
  },
];

export const backendNames: readonly BackendName[] = backends.map(({ name }) => name);
