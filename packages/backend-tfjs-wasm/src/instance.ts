import { BackendUnavailableError } from '@nalu/core';
import * as tfc from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

/** What this backend uses of the Emscripten module behind tfjs's WebAssembly backend. */
export interface WasmModule {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(offset: number): void;
  cwrap(name: string, returns: null, parameters: readonly string[]): (...args: readonly unknown[]) => void;
  readonly tfjs: {
    registerTensor(id: number, elements: number, offset: number): void;
    disposeData(id: number): void;
    dispose(): void;
  };
}

/** A tfjs WebAssembly backend of our own: made by tfjs's factory, never registered with its engine. */
export interface WasmInstance {
  readonly wasm: WasmModule;
  readonly simd: boolean;
  readonly version: string;
}

/** Where the .wasm files are: a folder, or the three files by name. As in tfjs's `setWasmPaths`. */
export type WasmPaths = string | { readonly [file: string]: string };

const NAME = 'tfjs-wasm';

const messageOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error
    ? String((error as { message: unknown }).message)
    : String(error);

/**
 * Starts a module of our own. The kernels' set-up functions are not called: they keep the module in variables shared by the
 * whole package, and would take the WebAssembly backend away from an application that uses tfjs itself.
 *
 * @throws BackendUnavailableError without WebAssembly, or when the .wasm file cannot be loaded.
 */
export const startWasm = async (paths?: WasmPaths): Promise<WasmInstance> => {
  if (typeof WebAssembly === 'undefined') {
    throw new BackendUnavailableError(NAME, 'this runtime has no WebAssembly.', 'Use the backend "js", which needs none.');
  }
  const factory = tfc.findBackendFactory('wasm');
  if (factory === null || factory === undefined) {
    throw new BackendUnavailableError(
      NAME,
      '@tensorflow/tfjs-backend-wasm did not register itself with this copy of @tensorflow/tfjs-core.',
      'Make sure that only one copy of @tensorflow/tfjs-core is installed, in version 4.22.0.',
    );
  }
  if (paths !== undefined) setWasmPaths(paths as string);
  try {
    const backend = (await factory()) as unknown as { readonly wasm: WasmModule };
    const simd = (await tfc.env().getAsync('WASM_HAS_SIMD_SUPPORT')) as boolean;
    return { wasm: backend.wasm, simd, version: tfc.version_core };
  } catch (error) {
    throw new BackendUnavailableError(
      NAME,
      `its WebAssembly file could not be loaded (${messageOf(error)}).`,
      'Serve the .wasm files of @tensorflow/tfjs-backend-wasm and pass their folder: createBackend({ wasmPaths: "/wasm/" }).',
      { cause: error },
    );
  }
};
