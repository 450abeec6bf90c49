/** `@nalu/backend-tfjs-wasm`: the WebAssembly backend, on the kernels of TensorFlow.js. */
export { createBackend, type TfjsWasmOptions } from './createBackend.ts';
export type { WasmPaths } from './emscripten.ts';
