import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { WebGpu } from './webgpu.ts';

/** What the npm package `webgpu` (Dawn) offers. */
interface Dawn {
  create(options: readonly string[]): WebGpu;
  /** The classes and constants that browsers have as globals. */
  readonly globals: object;
}

/** Where Chromium and Chrome keep SwiftShader, a GPU in software, on Linux. */
const SOFTWARE_DRIVERS = [
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/lib/chromium-browser/vk_swiftshader_icd.json',
  '/opt/google/chrome/vk_swiftshader_icd.json',
];

/** Device files of GPUs on Linux: of Mesa, NVIDIA and Windows's subsystem. */
const GPU_FILES = ['/dev/dri', '/dev/nvidiactl', '/dev/dxg'];

/**
 * The driver is looked for when an instance is created, so it is early enough to name one here. Drivers that the user has
 * named are left alone, and so is a machine that has a GPU.
 */
const chooseSoftwareDriver = (): void => {
  const { VK_ICD_FILENAMES, VK_DRIVER_FILES, XDG_RUNTIME_DIR } = process.env;
  if (VK_ICD_FILENAMES !== undefined || VK_DRIVER_FILES !== undefined || GPU_FILES.some((file) => existsSync(file))) return;
  const driver = SOFTWARE_DRIVERS.find((file) => existsSync(file));
  if (driver === undefined) return;
  process.env['VK_ICD_FILENAMES'] = driver;
  // SwiftShader's window system asks for a folder of the session even when it opens no window.
  process.env['XDG_RUNTIME_DIR'] = XDG_RUNTIME_DIR ?? tmpdir();
};

/** WebGPU in Node: Dawn's, with its globals. On Linux without a GPU it computes in software where Chromium is installed. */
export const createDawn = async (): Promise<WebGpu> => {
  const { create, globals } = (await import('webgpu')) as Dawn;
  chooseSoftwareDriver();
  Object.assign(globalThis, globals);
  return create([]);
};
