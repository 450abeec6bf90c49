import type { Backend } from '@nalu/core';
import type { GpuJs } from '../gpujs.ts';

/** The modes of gpu.js in which this backend runs; `auto` tries them in this order. */
export type Mode = 'webgpu' | 'webgl2' | 'webgl' | 'webasm' | 'cpu';

/** @throws BackendUnavailableError where the mode cannot run. */
export type Start = (gpujs: GpuJs) => Promise<Backend>;
