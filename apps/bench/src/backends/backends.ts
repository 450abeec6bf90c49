import type { Unit } from '@nalu/experiments/benchmark';
import type { Need } from './needs.ts';

/** A backend in one of its modes. */
export interface BackendEntry<Name extends VariantName = VariantName> {
  /** As everywhere in Nalu, in the commands and in files of results. */
  readonly name: Name;
  readonly package: string;
  /** What it is, in a few words. */
  readonly title: string;
  readonly mode?: string;
  /** Where it computes. */
  readonly on: 'cpu' | 'gpu';
  /** What computes on one core; null for a GPU. */
  readonly unit: Unit | null;
  readonly needs: readonly Need[];
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

/** The modes between which `js` decides by itself are variants, too. */
export type VariantName = BackendName | 'js:fused' | 'js:interpreter';

/** Every backend and mode that is measured, in order of how little they need. `create.ts` has the code that loads them. */
export const backends: readonly BackendEntry<BackendName>[] = [
  {
    name: 'js',
    package: '@nalu/backend-js',
    title: 'plain TypeScript, generated loops',
    on: 'cpu',
    unit: 'javascript',
    needs: [],
  },
  {
    name: 'tfjs-wasm',
    package: '@nalu/backend-tfjs-wasm',
    title: 'generated WebAssembly with SIMD, TensorFlow.js for the largest products',
    on: 'cpu',
    unit: 'webassembly',
    needs: ['webassembly'],
  },
  {
    name: 'tfjs-webgpu',
    package: '@nalu/backend-tfjs-webgpu',
    title: 'generated WGSL, TensorFlow.js for large products',
    on: 'gpu',
    unit: null,
    needs: ['webgpu'],
  },
  {
    name: 'gpujs:webgpu',
    package: '@nalu/backend-gpujs',
    title: 'gpu.js on WebGPU',
    mode: 'webgpu',
    on: 'gpu',
    unit: null,
    needs: ['webgpu'],
  },
  {
    name: 'gpujs:webgl2',
    package: '@nalu/backend-gpujs',
    title: 'gpu.js on WebGL 2',
    mode: 'webgl2',
    on: 'gpu',
    unit: null,
    needs: ['webgl2'],
  },
  {
    name: 'gpujs:webgl',
    package: '@nalu/backend-gpujs',
    title: 'gpu.js on WebGL 1',
    mode: 'webgl',
    on: 'gpu',
    unit: null,
    needs: ['webgl'],
  },
  {
    name: 'gpujs:webasm',
    package: '@nalu/backend-gpujs',
    title: 'gpu.js on WebAssembly',
    mode: 'webasm',
    on: 'cpu',
    unit: 'webassembly',
    needs: ['webassembly'],
  },
  {
    name: 'gpujs:cpu',
    package: '@nalu/backend-gpujs',
    title: 'gpu.js as plain JavaScript',
    mode: 'cpu',
    on: 'cpu',
    unit: 'javascript',
    needs: ['generatedCode'],
  },
];

export const backendNames: readonly BackendName[] = backends.map(({ name }) => name);

const jsMode = (mode: 'fused' | 'interpreter', title: string, needed: readonly Need[]): BackendEntry => ({
  name: `js:${mode}`,
  package: '@nalu/backend-js',
  title,
  mode,
  on: 'cpu',
  unit: 'javascript',
  needs: needed,
});

const [js, ...others] = backends;

/** Every backend in every mode that can be asked for. */
export const variants: readonly BackendEntry[] = [
  js!,
  jsMode('fused', 'plain TypeScript, generated loops or nothing', ['generatedCode']),
  jsMode('interpreter', 'plain TypeScript, op by op: nothing is generated', []),
  ...others,
];
