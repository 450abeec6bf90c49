import { WorkloadNotSupportedError } from '../../column.ts';
import type { WebGpu } from './api.ts';

/** The browser's own WebGPU. */
export const findWebGpu = async (): Promise<WebGpu> => {
  const gpu = (globalThis as { readonly navigator?: { readonly gpu?: WebGpu } }).navigator?.gpu;
  if (gpu === undefined) throw new WorkloadNotSupportedError('This browser has no WebGPU.');
  return gpu;
};
