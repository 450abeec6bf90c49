import type { Environment, KernelFunc } from '@tensorflow/tfjs-core';

/** What this backend uses of TensorFlow.js: one kernel, and the class whose methods compile its programs. */
export interface Tfjs {
  readonly batchMatMul: KernelFunc;
  readonly WebGPUBackend: { readonly prototype: object };
  env(): Environment;
}
