/** The worker that asks for the GPUs. */
import { serve } from './messages.ts';

/** The GPUs that a worker finds. */
export interface Adapters {
  /** Null where there is none. */
  readonly webgpu: Adapter | null;
  readonly webgl2: Adapter | null;
  readonly webgl: boolean;
}

export interface Adapter {
  readonly name: string;
  /** A GPU that is imitated in software: its times say nothing about a GPU. */
  readonly software: boolean;
}

export interface AdaptersMessage {
  readonly kind: 'adapters';
  readonly adapters: Adapters;
}

const named = (name: string): Adapter => ({ name, software: /swiftshader|llvmpipe|lavapipe|software|basic render/i.test(name) });

const webgpuAdapter = async (): Promise<Adapter | null> => {
  try {
    const adapter = (await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' })) ?? null;
    if (adapter === null) return null;
    const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
    const name = [...new Set([vendor, architecture, description])].filter((part) => part !== '').join(' ') || 'a GPU';
    const known = named(name);
    return { ...known, software: known.software || isFallbackAdapter };
  } catch {
    return null;
  }
};

/** Browsers allow few contexts at a time. */
const giveBack = (gl: WebGLRenderingContext | WebGL2RenderingContext): void =>
  gl.getExtension('WEBGL_lose_context')?.loseContext();

const webgl2Adapter = (): Adapter | null => {
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  if (gl === null) return null;
  const names = gl.getExtension('WEBGL_debug_renderer_info');
  const name = String(gl.getParameter(names === null ? gl.RENDERER : names.UNMASKED_RENDERER_WEBGL));
  giveBack(gl);
  return named(name);
};

const hasWebgl = (): boolean => {
  const gl = new OffscreenCanvas(1, 1).getContext('webgl');
  if (gl !== null) giveBack(gl);
  return gl !== null;
};

serve<null, AdaptersMessage>(async (_, post) => {
  post({ kind: 'adapters', adapters: { webgpu: await webgpuAdapter(), webgl2: webgl2Adapter(), webgl: hasWebgl() } });
});
