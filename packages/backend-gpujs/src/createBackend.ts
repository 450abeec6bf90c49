import { ArgumentError, type Backend } from '@nalu/core';
import { checkOptionNames } from '@nalu/core/backend';
import { loadGpuJs } from './gpujs.ts';
import type { Mode } from './modes/mode.ts';
import { modes, startAny } from './modes/modes.ts';

export interface GpujsOptions {
  /**
   * The mode of gpu.js: `webgpu`, `webgl2` and `webgl` compute on the GPU, `webasm` and `cpu` on the CPU. `auto` (default)
   * takes the first of these that runs here, and a GPU that is imitated in software last. `info.device` says which it is.
   */
  readonly mode?: 'auto' | Mode;
}

/**
 * A backend on gpu.js 2.24.1: graphs become the sources of its kernels. f32.
 *
 * @throws BackendUnavailableError when the mode cannot run here; there is no other one behind it.
 */
export const createBackend = async (options: GpujsOptions = {}): Promise<Backend> => {
  const { mode = 'auto' } = checkOptionNames('createBackend of gpujs', options, { mode: true });
  if (mode !== 'auto' && !Object.hasOwn(modes, mode)) {
    const known = ['auto', ...Object.keys(modes)].map((each) => `"${each}"`).join(', ');
    throw new ArgumentError(`mode must be one of ${known}, but it is ${JSON.stringify(mode)}.`);
  }
  const gpujs = await loadGpuJs();
  return mode === 'auto' ? startAny(gpujs) : modes[mode](gpujs);
};
