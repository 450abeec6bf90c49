import { existsSync, realpathSync } from 'node:fs';
import { platform, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { env } from 'node:process';

/** Chromium's driver for Vulkan in software, which WebGPU in Node uses on a machine without a GPU. */
const driver = 'vk_swiftshader_icd.json';

/** Chromium's program may be a script far from its files. */
const folders = (/** @type {string} */ chromium) => [
  dirname(realpathSync(chromium)),
  '/usr/lib/chromium',
  '/usr/lib/chromium-browser',
  '/usr/lib64/chromium-browser',
  '/opt/google/chrome',
];

const hasGpu = () => ['/dev/dri/renderD128', '/dev/nvidiactl'].some((path) => existsSync(path));

/**
 * The variables with which WebGPU in Node finds Chromium's software adapter: none where they are set already, where there is a
 * GPU, or on systems that do not use Vulkan. The system reads them when a process starts, so they are for child processes.
 *
 * @param {string} chromium path of its program
 * @returns {{ [name: string]: string }}
 */
export const vulkanEnvironment = (chromium) => {
  if (platform() !== 'linux' || env.VK_ICD_FILENAMES || env.VK_DRIVER_FILES || hasGpu()) return {};
  const folder = folders(chromium).find((each) => existsSync(join(each, driver)));
  if (folder === undefined) return {};
  return {
    VK_ICD_FILENAMES: join(folder, driver),
    XDG_RUNTIME_DIR: env.XDG_RUNTIME_DIR ?? tmpdir(),
    // Vulkan's loader lies beside the driver; the system may have none of its own.
    LD_LIBRARY_PATH: [folder, env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter),
  };
};
