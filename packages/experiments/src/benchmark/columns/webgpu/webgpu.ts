import { WorkloadNotSupportedError } from '../../column.ts';

/** What is used here of WebGPU's `navigator.gpu` and of its adapters. */
export interface WebGpu {
  requestAdapter(options?: { readonly powerPreference: 'high-performance' }): Promise<{ readonly info: AdapterInfo } | null>;
}

interface AdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  readonly isFallbackAdapter?: boolean;
}

interface Globals {
  navigator?: { readonly gpu?: WebGpu };
  readonly process?: { readonly versions?: { readonly node?: string } };
}

const browser = globalThis as Globals;

/** The runtime's own WebGPU, or in Node Dawn's, which stays there as `navigator.gpu`: libraries look for it at this place. */
const findWebGpu = async (): Promise<WebGpu> => {
  const own = browser.navigator?.gpu;
  if (own !== undefined) return own;
  if (browser.process?.versions?.node === undefined) throw new WorkloadNotSupportedError('This browser has no WebGPU.');
  const { createDawn } = await import('./dawn.ts');
  const gpu = await createDawn().catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new WorkloadNotSupportedError(`WebGPU in Node needs the package "webgpu" (Dawn), which could not be loaded: ${reason}`);
  });
  if (browser.navigator === undefined) Object.defineProperty(browser, 'navigator', { value: { gpu }, configurable: true });
  else Object.defineProperty(browser.navigator, 'gpu', { value: gpu, configurable: true });
  return gpu;
};

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
