import type { Tfjs } from './tfjs.ts';

/**
 * Loads the modules that hold the kernel, not the package's entry: that would register a backend and its kernels with the
 * page's tfjs-core, and become the default backend of an application there.
 */
export const loadTfjs = async (): Promise<Tfjs> => {
  const [{ env }, { WebGPUBackend }, { batchMatMulConfig }] = await Promise.all([
    import('@tensorflow/tfjs-core'),
    import('@tensorflow/tfjs-backend-webgpu/dist/backend_webgpu.js'),
    import('@tensorflow/tfjs-backend-webgpu/dist/kernels/BatchMatMul.js'),
  ]);
  return { env, WebGPUBackend, batchMatMul: batchMatMulConfig.kernelFunc };
};
