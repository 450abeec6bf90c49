import { unavailable } from './errors.ts';

/** An adapter of the browser's own WebGPU. */
export const requestAdapter = async (): Promise<GPUAdapter> => {
  const gpu = globalThis.navigator?.gpu as GPU | undefined;
  if (gpu === undefined) {
    throw unavailable(
      globalThis.isSecureContext === false
        ? 'this page is no secure context, and browsers offer WebGPU (navigator.gpu) only in one.'
        : 'this browser has no WebGPU (navigator.gpu).',
      globalThis.isSecureContext === false
        ? 'Serve the page over HTTPS or from localhost, or use another backend (js, tfjs-wasm, gpujs).'
        : 'Use a browser with WebGPU (Chrome and Edge 113, Safari 26, Firefox 141 or newer), or another backend (js, tfjs-wasm, gpujs).',
    );
  }
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter !== null) return adapter;
  throw unavailable(
    'WebGPU finds no adapter: no GPU that the browser trusts, or none at all.',
    'Check chrome://gpu, update the graphics driver, or use another backend (js, tfjs-wasm, gpujs). Chromium imitates a GPU in software when it is started with --enable-unsafe-webgpu.',
  );
};

/** Browsers by what their user agents say, those that also name another browser first. */
const BROWSERS = [
  [/Firefox\/(\d+)/, 'Firefox'],
  [/Edg\/(\d+)/, 'Edge'],
  [/Chrome\/(\d+)/, 'Chrome'],
  [/Version\/(\d+).*Safari/, 'Safari'],
] as const;

/** Where the backend runs, for people. */
export const runtimeName = (): string => {
  const { userAgent = 'a browser' } = globalThis.navigator ?? {};
  for (const [pattern, name] of BROWSERS) {
    const version = pattern.exec(userAgent)?.[1];
    if (version !== undefined) return `${name} ${version}`;
  }
  return userAgent;
};
