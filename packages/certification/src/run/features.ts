import type { Feature } from '../table/row.ts';

/** What is on in a page. */
export interface Features {
  /** Name and version: `Firefox 153.0`. */
  readonly browser: string;
  readonly isolated: boolean;
  readonly sharedMemory: boolean;
  /** Whether the security policy allows `new Function`. */
  readonly generatedCode: boolean;
  /** For each device what computes, as the browser puts it, or null where there is none. */
  readonly devices: { readonly [F in Feature]: string | null };
}

const canGenerateCode = (): boolean => {
  try {
    // oxlint-disable-next-line no-new-func -- whether this is forbidden is the question
    return new Function('return true')() as boolean;
  } catch {
    return false;
  }
};

const webgpu = async (): Promise<string | null> => {
  const adapter = (await navigator.gpu?.requestAdapter()) ?? null;
  if (adapter === null) return null;
  const { vendor, architecture, isFallbackAdapter } = adapter.info;
  return `${vendor} ${architecture}${isFallbackAdapter ? ' (software)' : ''}`;
};

const webgl = (kind: 'webgl' | 'webgl2', needed: string): string | null => {
  const gl = document.createElement('canvas').getContext(kind) as WebGLRenderingContext | null;
  if (gl === null || gl.getExtension(needed) === null) return null;
  const names = gl.getExtension('WEBGL_debug_renderer_info');
  return String(gl.getParameter(names === null ? gl.RENDERER : names.UNMASKED_RENDERER_WEBGL));
};

interface Brands {
  readonly userAgentData?: {
    getHighEntropyValues(names: readonly string[]): Promise<{ fullVersionList: readonly { brand: string; version: string }[] }>;
  };
}

/** Chromium tells its full version only when asked; what others put into `navigator.userAgent` is all they tell. */
const browserName = async (): Promise<string> => {
  const { fullVersionList = [] } = (await (navigator as Brands).userAgentData?.getHighEntropyValues(['fullVersionList'])) ?? {};
  const chromium = fullVersionList.find(({ brand }) => brand === 'Chromium');
  if (chromium !== undefined) return `Chromium ${chromium.version}`;
  const [, firefox] = /Firefox\/([\d.]+)/.exec(navigator.userAgent) ?? [];
  if (firefox !== undefined) return `Firefox ${firefox}`;
  const [, safari] = /Version\/([\d.]+)/.exec(navigator.userAgent) ?? [];
  return `WebKit of Safari ${safari}`;
};

/** Looks at the page that this runs in. */
export const featuresHere = async (): Promise<Features> => ({
  browser: await browserName(),
  isolated: globalThis.crossOriginIsolated ?? false,
  sharedMemory: typeof SharedArrayBuffer === 'function',
  generatedCode: canGenerateCode(),
  devices: {
    webgpu: await webgpu(),
    webgl: webgl('webgl', 'OES_texture_float'),
    webgl2: webgl('webgl2', 'EXT_color_buffer_float'),
  },
});
