import { BackendUnavailableError, type Backend } from '@nalu/core';
import { unavailable } from '../errors.ts';
import type { GpuJs } from '../gpujs.ts';
import { startCpu } from './cpu.ts';
import type { Mode, Start } from './mode.ts';
import { startWebasm } from './webasm.ts';
import { startWebgl, startWebgl2 } from './webgl.ts';
import { startWebgpu } from './webgpu.ts';

export const modes: { readonly [M in Mode]: Start } = {
  webgpu: startWebgpu,
  webgl2: startWebgl2,
  webgl: startWebgl,
  webasm: startWebasm,
  cpu: startCpu,
};

/**
 * The first mode that runs here. One on a GPU that is imitated in software comes last: the modes of the CPU are faster.
 *
 * @throws BackendUnavailableError that names what each mode lacks.
 */
export const startAny = async (gpujs: GpuJs): Promise<Backend> => {
  const reasons: string[] = [];
  let imitated: Backend | undefined;
  for (const start of Object.values(modes)) {
    try {
      const backend = await start(gpujs);
      if (!backend.info.softwareAdapter) {
        await imitated?.dispose();
        return backend;
      }
      if (imitated === undefined) imitated = backend;
      else await backend.dispose();
    } catch (error) {
      if (!(error instanceof BackendUnavailableError)) throw error;
      reasons.push(error.reason);
    }
  }
  if (imitated !== undefined) return imitated;
  throw unavailable(`no mode of gpu.js runs here: ${reasons.join(' ')}`, 'Use the js backend, which runs anywhere.');
};
