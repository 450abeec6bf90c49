/** The machine that a process of Node runs on. */
export interface VulkanHost {
  /** As `process.platform`. */
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether there is a file or folder. */
  exists(path: string): boolean;
  /** A folder for temporary files. */
  readonly temporary: string;
}

/** A GPU in software. */
export interface SoftwareVulkan {
  /** What to add to the environment while a library of WebGPU looks for its drivers. */
  readonly variables: Readonly<Record<string, string>>;
  /** No GPU is there: looking for one would only print warnings. */
  readonly isOnlyChoice: boolean;
}

/** Device files of GPUs on Linux: of Mesa, NVIDIA and Windows's subsystem. */
const GPU_FILES = ['/dev/dri', '/dev/nvidiactl', '/dev/dxg'];

/** Where Chromium, Chrome and Edge keep SwiftShader on Linux. */
const DRIVERS = [
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/lib/chromium-browser/vk_swiftshader_icd.json',
  '/opt/google/chrome/vk_swiftshader_icd.json',
  '/opt/microsoft/msedge/vk_swiftshader_icd.json',
];

/**
 * SwiftShader of an installed Chromium, which imitates a GPU where there is none; undefined where there is no Chromium, not on
 * Linux, and where VK_ICD_FILENAMES or VK_DRIVER_FILES says which driver to take.
 */
export const softwareVulkan = ({ platform, env, exists, temporary }: VulkanHost): SoftwareVulkan | undefined => {
  if (platform !== 'linux' || env['VK_ICD_FILENAMES'] !== undefined || env['VK_DRIVER_FILES'] !== undefined) return undefined;
  const driver = DRIVERS.find((path) => exists(path));
  if (driver === undefined) return undefined;
  // SwiftShader's window system asks for a folder of the session even when it opens no window.
  const variables = { VK_ICD_FILENAMES: driver, XDG_RUNTIME_DIR: env['XDG_RUNTIME_DIR'] ?? temporary };
  return { variables, isOnlyChoice: !GPU_FILES.some((path) => exists(path)) };
};
