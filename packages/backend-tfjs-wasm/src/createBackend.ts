import { BackendUnavailableError, type Backend } from '@nalu/core';
import { CONTRACT_VERSION, hostBackend } from '@nalu/core/backend';
import { canGenerateCode, loopProgram, runtimeName } from '@nalu/backend-js/loops';
import { startModule, type WasmPaths } from './emscripten.ts';
import { heapMemory, type Block } from './heap.ts';
import { xnnpack } from './xnnpack.ts';

export interface TfjsWasmOptions {
  /**
   * Where tfjs-backend-wasm-simd.wasm is: its folder (ending in `/`), or a map from the file's name to its address, as in
   * tfjs's `setWasmPaths`. Default: beside the package in Node, beside the script in a page.
   */
  readonly wasmPaths?: WasmPaths;
}

/**
 * A backend on the WebAssembly build of TensorFlow.js (SIMD, one thread): large matrix products by XNNPACK, everything else
 * by generated loops on the same heap. f32.
 *
 * @throws BackendUnavailableError when WebAssembly, SIMD, the `.wasm` file or generated code cannot be had.
 */
export const createBackend = async ({ wasmPaths }: TfjsWasmOptions = {}): Promise<Backend> => {
  if (!canGenerateCode()) {
    throw new BackendUnavailableError(
      'tfjs-wasm',
      'the security policy here forbids generated code (new Function).',
      "Use the js backend, which then interprets, or allow 'unsafe-eval' in the page's Content-Security-Policy.",
    );
  }
  const module = await startModule(wasmPaths);
  const memory = heapMemory(module);
  const library = xnnpack(module);
  return hostBackend<Block>({
    info: {
      name: 'tfjs-wasm',
      contract: CONTRACT_VERSION,
      device: 'CPU (WebAssembly SIMD by XNNPACK, generated JavaScript)',
      runtime: runtimeName(),
      versions: { '@tensorflow/tfjs-backend-wasm': '4.22.0' },
      precisions: ['f32'],
      simd: true,
      threads: 1,
      softwareAdapter: false,
      scan: 'native',
      random: 'native',
      paths: ['fused', 'library'],
    },
    memory,
    compile: async (graph, precision) => loopProgram(graph, precision, memory, { library }),
    dispose: () => {},
  });
};
