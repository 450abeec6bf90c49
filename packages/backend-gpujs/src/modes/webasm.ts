import { webassembly } from '../dialects/webassembly.ts';
import { hostEngine } from '../engines/host.ts';
import { compileInMemory } from '../engines/webasm.ts';
import { messageOf, unavailable } from '../errors.ts';
import { backendOf } from '../machine.ts';
import type { Start } from './mode.ts';

/** A module without contents. */
const EMPTY_MODULE = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
/** A function with one SIMD instruction: `i8x16.splat` of 0. */
const SIMD_MODULE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

interface WebAssemblyHost {
  readonly WebAssembly?: {
    validate(bytes: Uint8Array): boolean;
    readonly Module: new (bytes: Uint8Array) => unknown;
  };
}

export const startWebasm: Start = async ({ GPU }) => {
  const { WebAssembly } = globalThis as unknown as WebAssemblyHost;
  if (WebAssembly === undefined) throw unavailable('mode "webasm" needs WebAssembly, which is missing here.', 'Use mode "cpu".');
  try {
    void new WebAssembly.Module(EMPTY_MODULE);
  } catch (error) {
    throw unavailable(
      `mode "webasm" makes WebAssembly modules, which the security policy here forbids (${messageOf(error)}).`,
      `Allow 'wasm-unsafe-eval' in the page's Content-Security-Policy, or use mode "webgl2" or "webgpu".`,
      error,
    );
  }
  const gpu = new GPU({ mode: 'webasm' });
  return backendOf(
    hostEngine(gpu, {
      dialect: webassembly,
      device: 'CPU (gpu.js, generated WebAssembly)',
      simd: WebAssembly.validate(SIMD_MODULE),
      dispatch: 100,
      compileKernels: (plan) => compileInMemory(gpu, plan),
    }),
  );
};
