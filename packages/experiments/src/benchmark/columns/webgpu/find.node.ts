import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { softwareVulkan } from '@nalu/core/backend';
import { WorkloadNotSupportedError } from '../../column.ts';
import type { WebGpu } from './api.ts';

/** What the npm package `webgpu` (Dawn) offers. */
interface Dawn {
  create(options: readonly string[]): WebGpu;
  /** The classes and constants that browsers have as globals. */
  readonly globals: object;
}

/**
 * The driver is looked for when an instance is created, so it is early enough to name one here. A machine that has a GPU is
 * left alone.
 */
const chooseSoftwareDriver = (): void => {
  const { platform, env } = process;
  const software = softwareVulkan({ platform, env, exists: existsSync, temporary: tmpdir() });
  if (software?.isOnlyChoice === true) Object.assign(env, software.variables);
};

/** WebGPU in Node: Dawn's, with its globals. On Linux without a GPU it computes in software where Chromium is installed. */
const createDawn = async (): Promise<WebGpu> => {
  const { create, globals } = (await import('webgpu')) as Dawn;
  chooseSoftwareDriver();
  Object.assign(globalThis, globals);
  return create([]);
};

interface Globals {
  navigator?: { readonly gpu?: WebGpu };
}

const runtime = globalThis as Globals;

/** The runtime's own WebGPU, or Dawn's, which stays there as `navigator.gpu`: libraries look for it at this place. */
export const findWebGpu = async (): Promise<WebGpu> => {
  const own = runtime.navigator?.gpu;
  if (own !== undefined) return own;
  const gpu = await createDawn().catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new WorkloadNotSupportedError(`WebGPU in Node needs the package "webgpu" (Dawn), which could not be loaded: ${reason}`);
  });
  if (runtime.navigator === undefined) Object.defineProperty(runtime, 'navigator', { value: { gpu }, configurable: true });
  else Object.defineProperty(runtime.navigator, 'gpu', { value: gpu, configurable: true });
  return gpu;
};
