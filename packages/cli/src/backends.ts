import { NaluError } from '@nalu/core';
import type { Backend, BackendInfo } from '@nalu/core/backend';
import type { Output } from './terminal.ts';

/** A backend package that this command knows. */
export interface BackendEntry {
  readonly name: string;
  readonly package: string;
  /** What it is, in a few words. */
  readonly title: string;
  /** Loads the package only when it is needed: some start a runtime of several megabytes. */
  readonly load: () => Promise<{ readonly createBackend: () => Promise<Backend> }>;
}

/** The backends in order of how little they need. */
export const backends: readonly BackendEntry[] = [
  {
    name: 'js',
    package: '@nalu/backend-js',
    title: 'plain TypeScript, generated loops',
    load: () => import('@nalu/backend-js'),
  },
  {
    name: 'tfjs-wasm',
    package: '@nalu/backend-tfjs-wasm',
    title: "TensorFlow.js's WebAssembly kernels",
    load: () => import('@nalu/backend-tfjs-wasm'),
  },
];

export const backendNames: readonly string[] = backends.map(({ name }) => name);

/** None of the backends that were asked for runs on this machine. */
class NoBackendError extends NaluError {
  constructor(reasons: readonly string[]) {
    super('no-backend', `No backend runs here.\n${reasons.map((reason) => `  ${reason}`).join('\n')}`);
  }
}

/** Whether a backend runs here, and if not, why. */
export type Availability =
  | { readonly entry: BackendEntry; readonly available: true; readonly info: BackendInfo }
  | { readonly entry: BackendEntry; readonly available: false; readonly reason: string };

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Starts a backend, asks it about itself, and stops it again. */
export const probe = async (entry: BackendEntry): Promise<Availability> => {
  try {
    const { createBackend } = await entry.load();
    const backend = await createBackend();
    const { info } = backend;
    await backend.dispose();
    return { entry, available: true, info };
  } catch (error) {
    return { entry, available: false, reason: reasonOf(error) };
  }
};

/** The entries of the names; `all` is every backend. */
export const chooseBackends = (names: readonly string[]): readonly BackendEntry[] =>
  names.includes('all') ? backends : backends.filter(({ name }) => names.includes(name));

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
  const reasons: string[] = [];
  for (const entry of entries) {
    try {
      const { createBackend } = await entry.load();
      started.push({ entry, backend: await createBackend() });
    } catch (error) {
      reasons.push(reasonOf(error));
    }
  }
  if (started.length === 0) throw new NoBackendError(reasons);
  for (const reason of reasons) err.line(`${err.colours.yellow('note:')} ${reason}`);
  return started;
};
