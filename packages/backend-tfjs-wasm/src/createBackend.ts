import { type Backend } from '@nalu/core';
import { checkOptionNames, CONTRACT_VERSION, hostBackend, newRehearsal, runtimeName } from '@nalu/core/backend';
import { startModule, type WasmPaths } from './emscripten.ts';
import { heapMemory, type Block } from './heap.ts';
import { generate } from './loops/program.ts';
import { newCompiler } from './program.ts';
import { hasRelaxedSimd } from './simd.ts';

export interface TfjsWasmOptions {
  /**
   * Where tfjs-backend-wasm-simd.wasm is: its folder (ending in `/`), or a map from the file's name to its address, as in
   * tfjs's `setWasmPaths`. Default: beside the package in Node, beside the script in a page.
   */
  readonly wasmPaths?: WasmPaths;
}

const rehearse = newRehearsal((graph) => generate(graph, hasRelaxedSimd()));

/**
 * A backend on the WebAssembly build of TensorFlow.js (SIMD, one thread): WebAssembly that is generated for each graph and
 * works on tfjs's heap; the very largest matrix products by XNNPACK. f32.
 *
 * @throws BackendUnavailableError when WebAssembly, SIMD, the `.wasm` file or the permission to compile cannot be had.
 */
export const createBackend = async (options: TfjsWasmOptions = {}): Promise<Backend> => {
  const { wasmPaths } = checkOptionNames('createBackend of tfjs-wasm', options, { wasmPaths: true });
  const module = await startModule(wasmPaths, rehearse);
  const memory = heapMemory(module);
  const compile = newCompiler(module, memory);
  return hostBackend<Block>({
    info: {
      name: 'tfjs-wasm',
      contract: CONTRACT_VERSION,
      device: 'CPU (WebAssembly SIMD by XNNPACK and generated)',
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
    compile,
    dispose: () => {},
  });
};
