/** `@nalu/backend-tfjs-webgpu`: the WebGPU backend, with the matrix products of TensorFlow.js. */
export { createBackend, type TfjsWebgpuOptions } from './createBackend.ts';
