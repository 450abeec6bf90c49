import { findWebGpu } from '#webgpu';
import { WorkloadNotSupportedError } from '../../column.ts';
import type { AdapterInfo } from './api.ts';

/** What follows the name of an adapter that is no GPU. */
const SOFTWARE = ' (software)';

const nameOf = ({ vendor, architecture, description, isFallbackAdapter = false }: AdapterInfo): string => {
  const name = [...new Set([vendor, architecture, description])].filter((part) => part !== '').join(' ') || 'a GPU';
  return isFallbackAdapter || /swiftshader|llvmpipe|lavapipe/i.test(name) ? `${name}${SOFTWARE}` : name;
};

/** Whether a path with an adapter's name says that it imitates a GPU. */
export const isSoftware = (path: string): boolean => path.includes(SOFTWARE);

/** Makes sure that `navigator.gpu` is there and has an adapter, and names it: `google swiftshader (software)`. */
export const startWebGpu = async (): Promise<string> => {
  const gpu = await findWebGpu();
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) {
    throw new WorkloadNotSupportedError(
      'WebGPU finds no adapter here: no GPU with a driver for Vulkan, Metal or Direct3D 12, and no Chromium, whose SwiftShader imitates one.',
    );
  }
  return nameOf(adapter.info);
};
