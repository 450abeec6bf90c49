import { javascript } from '../dialects/javascript.ts';
import { compileInPlace } from '../engines/cpu.ts';
import { hostEngine } from '../engines/host.ts';
import { unavailable } from '../errors.ts';
import type { GpuJs } from '../gpujs.ts';
import { backendOf } from '../machine.ts';
import type { Start } from './mode.ts';

/** gpu.js makes functions from text. */
const requireGeneratedCode = (): void => {
  try {
    new Function('return true')();
  } catch (error) {
    throw unavailable(
      'the security policy here forbids generated code (new Function), which mode "cpu" is made of.',
      `Allow 'unsafe-eval' in the page's Content-Security-Policy, or use mode "webgl2" or "webgpu".`,
      error,
    );
  }
};

export const startCpu: Start = async ({ GPU }: GpuJs) => {
  requireGeneratedCode();
  const gpu = new GPU({ mode: 'cpu' });
  return backendOf(
    hostEngine(gpu, {
      dialect: javascript,
      device: 'CPU (gpu.js, generated JavaScript)',
      simd: false,
      dispatch: 500,
      compileKernels: (plan) => compileInPlace(gpu, plan),
    }),
  );
};
