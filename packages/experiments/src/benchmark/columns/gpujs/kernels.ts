import type { GPU, IKernelRunShortcut } from 'gpu.js';

/** A value that stays on the device while a pipeline runs: an argument, or what a kernel returns. */
export type Handle = Parameters<IKernelRunShortcut>[0];

/** One batch, or all batches of a pipeline's steps, in the layout that the kernels read. */
export interface Data {
  readonly x: Handle;
  readonly logs: Handle;
  readonly y: Handle;
}

/**
 * The training step as kernels. The state is one array, so that one kernel advances all of it: Ŵ, M̂ and G, the first moments
 * of the three, the second moments, the number of steps done, and the index of the batch that comes next.
 */
export type Step = (state: Handle, data: Data) => Handle;

/** Compiles the text of a kernel; the last size of `output` varies slowest. */
export const kernelOf = (gpu: GPU, source: string, output: number[]): ((...args: Handle[]) => Handle) =>
  gpu.createKernel(source, { output, precision: 'single' }) as (...args: Handle[]) => Handle;
