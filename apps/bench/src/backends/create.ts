import type { Mode } from '@nalu/backend-gpujs';
import type { Backend } from '@nalu/core';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import type { VariantName } from './backends.ts';

/** Where this site has the files that tfjs's WebAssembly backend loads. */
export const wasmPaths: { readonly [file: string]: string } = { 'tfjs-backend-wasm-simd.wasm': simd };

const gpujs = (mode: Mode) => async (): Promise<Backend> => (await import('@nalu/backend-gpujs')).createBackend({ mode });

/** Loads a backend's package, and starts it. Meant for workers: each of them then has these packages only when it needs them. */
export const createBackend: { readonly [B in VariantName]: () => Promise<Backend> } = {
  js: async () => (await import('@nalu/backend-js')).createBackend(),
  'js:fused': async () => (await import('@nalu/backend-js')).createBackend({ mode: 'fused' }),
  'js:interpreter': async () => (await import('@nalu/backend-js')).createBackend({ mode: 'interpreter' }),
  'tfjs-wasm': async () => (await import('@nalu/backend-tfjs-wasm')).createBackend({ wasmPaths }),
  'tfjs-webgpu': async () => (await import('@nalu/backend-tfjs-webgpu')).createBackend(),
  'gpujs:webgpu': gpujs('webgpu'),
  'gpujs:webgl2': gpujs('webgl2'),
  'gpujs:webgl': gpujs('webgl'),
  'gpujs:webasm': gpujs('webasm'),
  'gpujs:cpu': gpujs('cpu'),
};
