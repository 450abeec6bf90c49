import { BackendUnavailableError } from '@nalu/core';

/** What this backend uses of gpu.js 2.24.1. Names that are not in its documentation are explained where they are used. */
export interface GpuJs {
  readonly GPU: new (settings: { readonly mode: string }) => Gpu;
  readonly WebGPUKernel: KernelClass;
  readonly WebGPUContext: { acquire(): Promise<unknown> };
  readonly WebGL2Kernel: KernelClass;
  readonly WebGLKernel: KernelClass;
  readonly WebGPUBufferResult: new (settings: object) => object;
}

/** A class of kernels: one per mode. */
export interface KernelClass {
  readonly mode: string;
  readonly isSupported: boolean;
  readonly features?: { readonly isFloatRead?: boolean; readonly maxTextureSize?: number };
}

export interface Gpu {
  Kernel: KernelClass;
  readonly kernels: readonly unknown[];
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

/** gpu.js is CommonJS in Node and a script in browsers: its exports are on the module or on its default export. */
export const loadGpuJs = async (): Promise<GpuJs> => {
  try {
    const loaded = (await import('gpu.js')) as unknown as Partial<GpuJs> & { readonly default?: GpuJs };
    return loaded.default?.GPU === undefined ? (loaded as GpuJs) : loaded.default;
  } catch (error) {
    throw new BackendUnavailableError(
      'gpujs',
      `the package gpu.js could not be loaded: ${error instanceof Error ? error.message : String(error)}.`,
      'Install gpu.js 2.24.1.',
      { cause: error },
    );
  }
};
