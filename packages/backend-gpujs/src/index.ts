/** `@nalu/backend-gpujs`: kernels of gpu.js, on the GPU through WebGPU or WebGL, or on the CPU. */
export { createBackend, type GpujsOptions } from './createBackend.ts';
export type { Mode } from './modes/mode.ts';
