import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import type { Assets } from '../src/backends.ts';

/** Where this page serves the files that backends load. */
export const assets: Assets = { wasmPaths: { 'tfjs-backend-wasm-simd.wasm': simd } };
