import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { softwareVulkan } from '@nalu/core/backend';
import type { WebGpu } from './webgpu.ts';

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
export const createDawn = async (): Promise<WebGpu> => {
  const { create, globals } = (await import('webgpu')) as Dawn;
  chooseSoftwareDriver();
  Object.assign(globalThis, globals);
  return create([]);
};
