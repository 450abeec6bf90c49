import type { Mode } from '@nalu/backend-gpujs';
import { NoBackendError, selectBackend, type Backend, type BackendInfo, type BackendProblem } from '@nalu/core';
import { UsageError } from './usageError.ts';
import type { Output } from './terminal.ts';

/** A backend that this command knows: a package, or one mode of it. Each loads its package only when it is needed. */
export interface BackendEntry {
  readonly name: string;
  readonly package: string;
  /** What it is, in a few words. */
  readonly title: string;
  /** Used where nobody names a backend: those that are fast for small networks and start at once. */
  readonly isDefault: boolean;
  readonly create: () => Promise<Backend>;
  /** The script of its workers, where it computes on the CPU's cores. */
  readonly worker?: string;
}

/** Mode `auto` is the first of them that runs. */
const gpuJs = (mode: Mode, title: string): BackendEntry => ({
  name: `gpujs:${mode}`,
  package: '@nalu/backend-gpujs',
  title: `gpu.js, ${title}`,
  isDefault: false,
  create: async () => (await import('@nalu/backend-gpujs')).createBackend({ mode }),
});

/** The backends in order of how little they need. */
export const backends: readonly BackendEntry[] = [
  {
    name: 'js',
    package: '@nalu/backend-js',
    title: 'plain TypeScript, generated loops',
    isDefault: true,
    create: async () => (await import('@nalu/backend-js')).createBackend(),
    worker: '@nalu/backend-js/worker',
  },
  {
    name: 'tfjs-wasm',
    package: '@nalu/backend-tfjs-wasm',
    title: "TensorFlow.js's WebAssembly kernels",
    isDefault: true,
    create: async () => (await import('@nalu/backend-tfjs-wasm')).createBackend(),
    worker: '@nalu/backend-tfjs-wasm/worker',
  },
  {
    name: 'tfjs-webgpu',
    package: '@nalu/backend-tfjs-webgpu',
    title: "WebGPU, generated WGSL and TensorFlow.js's matrix products",
    isDefault: false,
    create: async () => (await import('@nalu/backend-tfjs-webgpu')).createBackend(),
  },
  gpuJs('webgpu', 'WebGPU'),
  gpuJs('webgl2', 'WebGL 2'),
  gpuJs('webgl', 'WebGL 1'),
  gpuJs('webasm', 'WebAssembly'),
  gpuJs('cpu', 'plain JavaScript'),
];

export const backendNames: readonly string[] = backends.map(({ name }) => name);

export const defaultBackends: readonly BackendEntry[] = backends.filter(({ isDefault }) => isDefault);

/** Whether a backend runs here, and if not, why. */
export type Availability =
  | { readonly entry: BackendEntry; readonly available: true; readonly info: BackendInfo }
  | { readonly entry: BackendEntry; readonly available: false; readonly problem: BackendProblem };

/** Starts a backend and tries it, or says why that cannot be done. */
const tryStart = async (entry: BackendEntry): Promise<StartedBackend | BackendProblem> => {
  try {
    const { backend } = await selectBackend([entry]);
    return { entry, backend };
  } catch (error) {
    if (error instanceof NoBackendError) return error.problems[0]!;
    throw error;
  }
};

/** Starts a backend, asks it about itself, and stops it again. */
export const probe = async (entry: BackendEntry): Promise<Availability> => {
  const started = await tryStart(entry);
  if ('reason' in started) return { entry, available: false, problem: started };
  const { info } = started.backend;
  await started.backend.dispose();
  return { entry, available: true, info };
};

/** The entries of the names; `all` is every backend. Without names, the default ones. */
export const chooseBackends = (names: readonly string[] | undefined): readonly BackendEntry[] => {
  if (names === undefined) return defaultBackends;
  return names.includes('all') ? backends : backends.filter(({ name }) => names.includes(name));
};

/** The backend in workers, with the members of a population shared out among them. */
export const inWorkers = (entry: BackendEntry, workers: number): BackendEntry => {
  const { name, worker } = entry;
  if (worker === undefined) {
    const others = backends.filter((other) => other.worker !== undefined);
    throw new UsageError(
      `--workers: the backend "${name}" does not compute on the cores of the processor. Those that do are ${others.map((other) => other.name).join(' and ')}.`,
    );
  }
  const create = async (): Promise<Backend> => {
    const { Worker } = await import('node:worker_threads');
    const { shardedBackend } = await import('@nalu/core/workers');
    return shardedBackend({ workers, start: () => new Worker(new URL(import.meta.resolve(worker))) });
  };
  return { ...entry, create };
};

/** A backend that runs. Whoever started it disposes of it. */
export interface StartedBackend {
  readonly entry: BackendEntry;
  readonly backend: Backend;
}

/**
 * Starts the backends. One that cannot run here is noted, and the others go on; when none is left, that is an error with
 * every reason.
 */
export const startBackends = async (entries: readonly BackendEntry[], err: Output): Promise<readonly StartedBackend[]> => {
  const started: StartedBackend[] = [];
  const problems: BackendProblem[] = [];
  for (const entry of entries) {
    const result = await tryStart(entry);
    if ('reason' in result) problems.push(result);
    else started.push(result);
  }
  if (started.length === 0) throw new NoBackendError(problems);
  for (const { backend, reason, remedy } of problems)
    err.line(`${err.colours.yellow('note:')} The backend "${backend}" cannot run here: ${reason} ${remedy}`.trimEnd());
  return started;
};
