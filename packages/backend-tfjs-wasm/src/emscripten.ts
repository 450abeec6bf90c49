import { BackendUnavailableError } from '@nalu/core';
import { yieldToEventLoop } from '@nalu/core/backend';
import { hasSimd, mayCompile } from './simd.ts';

/** What this backend uses of the WebAssembly module that tfjs is built on: its exports, called directly. */
export interface TfjsModule {
  /** Its `buffer` changes when the heap grows. */
  readonly memory: WebAssembly.Memory & { readonly buffer: ArrayBuffer };
  malloc(bytes: number): number;
  free(pointer: number): void;
  init_with_threads_count(threads: number): void;
  register_tensor(id: number, elements: number, pointer: number): void;
  dispose_data(id: number): void;
  /** Shapes are pointers to three 32-bit lengths each. */
  BatchMatMul(
    a: number,
    shapeA: number,
    rankA: number,
    b: number,
    shapeB: number,
    rankB: number,
    transposeA: number,
    transposeB: number,
    out: number,
  ): void;
}

/** The build with SIMD and without threads: parallelism is over members, not inside a kernel. */
const WASM_FILE = 'tfjs-backend-wasm-simd.wasm';

type Factory = (config: {
  readonly locateFile: (path: string, prefix: string) => string;
  readonly onAbort: (what: unknown) => void;
  readonly printErr: () => void;
}) => Promise<{ readonly asm: TfjsModule }>;

const BACKEND = 'tfjs-wasm';

const requireWebAssembly = (): void => {
  if (typeof WebAssembly === 'undefined') {
    throw new BackendUnavailableError(
      BACKEND,
      'there is no WebAssembly here.',
      'Use the js backend, or a browser or Node version with WebAssembly.',
    );
  }
  if (!hasSimd()) {
    throw new BackendUnavailableError(
      BACKEND,
      'WebAssembly has no SIMD here.',
      'Use the js backend, or a browser or Node version with WebAssembly SIMD (all since 2023).',
    );
  }
  if (!mayCompile()) {
    throw new BackendUnavailableError(
      BACKEND,
      'the security policy here forbids to compile WebAssembly.',
      "Allow 'wasm-unsafe-eval' in the page's Content-Security-Policy.",
    );
  }
};

type Listener = (...args: unknown[]) => void;

interface NodeProcess {
  listeners(event: string): Listener[];
  removeListener(event: string, listener: Listener): void;
}

const FATAL_EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

/**
 * Emscripten's start-up code adds handlers for fatal errors to the whole process, and its clean-up removes the application's
 * along with its own. Both are undone by taking away at once what it added.
 */
const withoutProcessHandlers = <T>(f: () => T): T => {
  const { process } = globalThis as { process?: Partial<NodeProcess> };
  if (typeof process?.listeners !== 'function') return f();
  const node = process as NodeProcess;
  const before = FATAL_EVENTS.map((event) => node.listeners(event));
  const result = f();
  FATAL_EVENTS.forEach((event, i) => {
    for (const listener of node.listeners(event)) if (!before[i]!.includes(listener)) node.removeListener(event, listener);
  });
  return result;
};

const messageOf = (error: unknown): string =>
  error instanceof Error
    ? error.message
    : typeof error === 'object' && error !== null && 'message' in error
      ? String(error.message)
      : String(error);

/** Folder of the `.wasm` file, or the file's own address by name, as in tfjs's `setWasmPaths`. */
export type WasmPaths = string | { readonly [file: string]: string };

const locate = (paths: WasmPaths | undefined, prefix: string): string => {
  if (paths === undefined) return prefix + WASM_FILE;
  if (typeof paths === 'string') return paths + WASM_FILE;
  return paths[WASM_FILE] ?? prefix + WASM_FILE;
};

const unavailable = (address: string, error: unknown): BackendUnavailableError =>
  new BackendUnavailableError(
    BACKEND,
    `the file ${address} could not be loaded: ${messageOf(error)}.`,
    'Serve it from node_modules/@tensorflow/tfjs-backend-wasm/dist and pass its folder as wasmPaths.',
    { cause: error },
  );

/**
 * Starts an instance of the module of its own, with its own heap. tfjs itself (its engine, its registry of backends) is not
 * loaded, so an application's tfjs in the same page is not touched.
 *
 * @param meanwhile what this thread does while the file is loaded and compiled by others.
 * @throws BackendUnavailableError without WebAssembly, SIMD, permission to compile, or the `.wasm` file.
 */
export const startModule = async (paths: WasmPaths | undefined, meanwhile: () => void): Promise<TfjsModule> => {
  requireWebAssembly();
  let factory: Factory;
  try {
    const loaded = (await import('@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.js')) as unknown as {
      default: Factory | { default: Factory };
    };
    factory = typeof loaded.default === 'function' ? loaded.default : loaded.default.default;
  } catch (error) {
    throw new BackendUnavailableError(
      BACKEND,
      `the package @tensorflow/tfjs-backend-wasm could not be loaded: ${messageOf(error)}.`,
      'Install @tensorflow/tfjs-backend-wasm 4.22.0.',
      { cause: error },
    );
  }
  let address = WASM_FILE;
  const starting = new Promise<TfjsModule>((resolve, reject) => {
    const started = withoutProcessHandlers(() =>
      factory({
        locateFile: (_, prefix) => (address = locate(paths, prefix)),
        onAbort: (what) => reject(unavailable(address, what)),
        // What it would print is in the error.
        printErr: () => {},
      }),
    );
    started.then(
      ({ asm }) => resolve(asm),
      (error: unknown) => reject(unavailable(address, error)),
    );
  });
  const [module] = await Promise.all([starting, yieldToEventLoop().then(meanwhile)]);
  module.init_with_threads_count(1);
  return module;
};
