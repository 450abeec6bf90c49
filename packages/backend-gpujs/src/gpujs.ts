import { messageOf, unavailable } from './errors.ts';

/** What this backend uses of gpu.js 2.24.1. Names that are not in its documentation are explained where they are used. */
export interface GpuJs {
  readonly GPU: new (settings: { readonly mode: string }) => Gpu;
  readonly WebGPUContext: { acquire(): Promise<WebGpuContext> };
  readonly WebGL2Kernel: KernelClass;
  readonly WebGLKernel: KernelClass;
}

/** A class of kernels: one per mode. */
export interface KernelClass {
  readonly mode: string;
  readonly isSupported: boolean;
  readonly features?: { readonly isFloatRead?: boolean };
}

export interface Gpu {
  readonly mode: string;
  /** The class of its kernels. */
  readonly Kernel: KernelClass;
  createKernel(source: string, settings: KernelSettings): KernelFunction;
  destroy(): Promise<void>;
}

export interface FunctionSettings {
  readonly name: string;
  readonly source: string;
  readonly argumentTypes: { readonly [parameter: string]: string };
  readonly returnType: string;
}

export interface KernelSettings {
  readonly output: readonly number[];
  readonly argumentTypes: { readonly [parameter: string]: string };
  readonly returnType?: 'Number';
  readonly precision?: 'single';
  readonly tactic?: 'precision';
  readonly pipeline?: boolean;
  readonly immutable?: boolean;
  readonly constants?: { readonly [name: string]: unknown };
  readonly constantTypes?: { readonly [name: string]: string };
  readonly dynamicArguments?: boolean;
  readonly dynamicOutput?: boolean;
  readonly functions?: readonly { readonly source: string; readonly settings: Omit<FunctionSettings, 'name' | 'source'> }[];
  readonly nativeFunctions?: readonly FunctionSettings[];
}

/** A kernel as users of gpu.js call it. */
export interface KernelFunction {
  (...args: readonly unknown[]): unknown;
  /** The kernel that runs; gpu.js replaces it when it falls back to another mode. */
  readonly kernel: RunningKernel;
  setOutput(output: readonly number[]): KernelFunction;
  destroy(removeCanvasReferences?: boolean): void;
}

export interface RunningKernel {
  readonly constructor: KernelClass;
  readonly fallbackReason?: string | null;
}

/** What a kernel of modes `cpu` and `webasm` is after it was built. */
export interface HostKernel extends RunningKernel {
  readonly run: (...args: readonly unknown[]) => unknown;
}

/** What a kernel of mode `webgpu` is after it was built: a pipeline on the device that all kernels of a page share. */
export interface WebGpuKernel extends RunningKernel {
  build(...args: readonly unknown[]): Promise<void>;
  readonly context: WebGpuContext;
  readonly computePipeline: GPUComputePipeline;
  readonly bindGroupLayout: GPUBindGroupLayout;
  readonly workgroupSize: readonly number[];
  readonly paramsLayout: {
    readonly byteLength: number;
    readonly scalarArgs: readonly { readonly name: string; readonly index: number; readonly offset: number }[];
  };
}

export interface WebGpuContext {
  readonly adapter: GPUAdapter;
  readonly device: GPUDevice;
  readonly isLost: boolean;
}

/** What a kernel of mode `webasm` is, as gpu.js's own pipelines use it. */
export interface WebasmKernel extends RunningKernel {
  threadDim: readonly number[];
  setupConstants(): void;
  setupArguments(args: readonly unknown[]): void;
  validateSettings(args: readonly unknown[]): void;
  translateSource(): boolean;
  readonly usedMathImports: Iterable<string>;
  /** Offsets are in bytes. */
  _assembleModule(
    layout: {
      readonly arrays: { readonly [name: string]: object };
      readonly scalars: object;
      readonly constantArrays: object;
      readonly outputOffset: number;
      readonly totalBytes: number;
    },
    cells: number,
    shared: boolean,
  ): { readonly bytes: Uint8Array; readonly initial: number; readonly maximum: number };
}

/** A texture of gpu.js. */
export interface WebGlTexture {
  readonly constructor: new (settings: object) => WebGlTexture;
  readonly texture: WebGLTexture;
  readonly size: Int32Array;
  dimensions: readonly number[];
  readonly internalFormat: number;
  readonly textureFormat: number;
  delete(): void;
}

/** What a kernel of modes `webgl2` and `webgl` is. */
export interface WebGlKernel extends RunningKernel {
  readonly context: WebGL2RenderingContext;
  /** The rectangle that it draws. */
  buffer: WebGLBuffer | null;
  /** Where it renders to. */
  texture: WebGlTexture | null;
  _textureSwitched: boolean;
  readonly texSize: Int32Array;
  /** Textures that go with it. */
  readonly textureCache: unknown[];
}

/** gpu.js is CommonJS in Node and a script in browsers: its exports are on the module or on its default export. */
export const loadGpuJs = async (): Promise<GpuJs> => {
  try {
    const loaded = (await import('gpu.js')) as unknown as Partial<GpuJs> & { readonly default?: GpuJs };
    return loaded.default?.GPU === undefined ? (loaded as GpuJs) : loaded.default;
  } catch (error) {
    throw unavailable(`the package gpu.js could not be loaded: ${messageOf(error)}.`, 'Install gpu.js 2.24.1.', error);
  }
};
