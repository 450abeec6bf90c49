import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { softwareVulkan } from '@nalu/core/backend';
import { messageOf, unavailable } from '../errors.ts';

interface Dawn {
  create(options: readonly string[]): GPU;
}

/** Devices do not keep the instance of Dawn alive that they come from. */
let instance: GPU | undefined;

/** An instance of Dawn that has looked for its drivers: on a machine without a GPU for SwiftShader of an installed Chromium. */
const createInstance = async ({ create }: Dawn): Promise<GPU> => {
  const { platform, env } = process;
  const software = softwareVulkan({ platform, env, exists: existsSync, temporary: tmpdir() });
  if (software?.isOnlyChoice !== true) return create([]);
  const before = { ...env };
  Object.assign(env, software.variables);
  try {
    const gpu = create([]);
    await gpu.requestAdapter();
    return gpu;
  } finally {
    for (const name of Object.keys(software.variables)) {
      if (before[name] === undefined) delete env[name];
      else env[name] = before[name];
    }
  }
};

/** The runtime's own WebGPU, or that of the npm package `webgpu` (Dawn). */
export const findGpu = async (): Promise<GPU> => {
  const own = (globalThis as { navigator?: { gpu?: GPU } }).navigator?.gpu ?? instance;
  if (own !== undefined) return own;
  try {
    return (instance = await createInstance((await import('webgpu')) as unknown as Dawn));
  } catch (error) {
    throw unavailable(
      `mode "webgpu" needs WebGPU, which Node has not, and the package "webgpu" (Dawn) could not be loaded: ${messageOf(error)}.`,
      'Install webgpu 0.6.2 beside this package (npm install webgpu), or use mode "webasm" or "cpu".',
      error,
    );
  }
};
