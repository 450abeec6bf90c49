import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { softwareVulkan } from '@nalu/core/backend';
import { messageOf, unavailable } from './errors.ts';

/** What the npm package `webgpu` (Dawn) offers. */
interface Dawn {
  create(options: readonly string[]): GPU;
}

const loadDawn = async (): Promise<Dawn> => {
  try {
    return (await import('webgpu')) as unknown as Dawn;
  } catch (error) {
    const missing = (error as { code?: unknown }).code === 'ERR_MODULE_NOT_FOUND';
    throw unavailable(
      missing
        ? 'Node has no WebGPU of its own, and the package "webgpu" (Dawn) is not installed.'
        : `the package "webgpu" (Dawn) could not be loaded: ${messageOf(error)}.`,
      'Install webgpu 0.6.2 or newer beside this package (npm install webgpu), or use another backend (js, tfjs-wasm).',
      error,
    );
  }
};

/** Runs `f` while the environment has these variables, as far as it does not have them already. */
const withEnvironment = async <T>(variables: Readonly<Record<string, string>>, f: () => Promise<T>): Promise<T> => {
  const added = Object.entries(variables).filter(([name]) => process.env[name] === undefined);
  for (const [name, value] of added) process.env[name] = value;
  try {
    return await f();
  } finally {
    for (const [name] of added) delete process.env[name];
  }
};

const adapterOf = async (gpu: GPU): Promise<GPUAdapter | undefined> =>
  (await gpu.requestAdapter({ powerPreference: 'high-performance' })) ?? undefined;

/** The instance of Dawn that found an adapter. Devices do not keep it alive, and crash when it is collected before them. */
let instance: GPU | undefined;

const dawnAdapter = async (dawn: Dawn, variables: Readonly<Record<string, string>> = {}): Promise<GPUAdapter | undefined> => {
  const request = async (): Promise<GPUAdapter | undefined> => {
    const gpu = dawn.create([]);
    const adapter = await adapterOf(gpu);
    if (adapter !== undefined) instance = gpu;
    return adapter;
  };
  return withEnvironment(variables, request);
};

/**
 * An adapter of the runtime's own WebGPU (Deno), or of the npm package `webgpu` (Dawn). Where there is no GPU, SwiftShader is
 * taken from an installed Chromium, unless VK_ICD_FILENAMES or VK_DRIVER_FILES says which driver to take.
 */
export const requestAdapter = async (): Promise<GPUAdapter> => {
  for (const gpu of [(globalThis as { navigator?: { gpu?: GPU } }).navigator?.gpu, instance]) {
    const adapter = gpu === undefined ? undefined : await adapterOf(gpu);
    if (adapter !== undefined) return adapter;
  }
  const dawn = await loadDawn();
  const { platform, env } = process;
  const software = softwareVulkan({ platform, env, exists: existsSync, temporary: tmpdir() });
  const adapter =
    (software?.isOnlyChoice === true ? undefined : await dawnAdapter(dawn)) ??
    (software === undefined ? undefined : await dawnAdapter(dawn, software.variables));
  if (adapter !== undefined) return adapter;
  throw unavailable(
    'no adapter was found: no GPU with a Vulkan, Metal or Direct3D 12 driver, and no GPU in software.',
    process.platform === 'linux'
      ? 'Install a Vulkan driver and libvulkan1, or Chromium, whose SwiftShader imitates a GPU (elsewhere than in /usr/lib/chromium: VK_ICD_FILENAMES=<its folder>/vk_swiftshader_icd.json), or use another backend (js, tfjs-wasm).'
      : 'Update the graphics driver, or use another backend (js, tfjs-wasm).',
  );
};

/** Where the backend runs, for people. */
export const runtimeName = (): string => `node ${process.versions.node}`;
