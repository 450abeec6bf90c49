import { glsl1 } from '../dialects/glsl1.ts';
import { glsl3 } from '../dialects/glsl3.ts';
import { webGlEngine, type WebGlMode } from '../engines/webgl.ts';
import { messageOf, unavailable } from '../errors.ts';
import type { GpuJs, KernelClass } from '../gpujs.ts';
import { backendOf } from '../machine.ts';
import type { Start } from './mode.ts';

const REMEDY = 'Use a browser with WebGL and a graphics driver that it trusts, or mode "webasm" or "cpu".';

const start = ({ GPU }: GpuJs, { isSupported, features }: KernelClass, mode: WebGlMode) => {
  const name = mode.mode === 'webgl2' ? 'WebGL 2' : 'WebGL';
  if (typeof document === 'undefined' && typeof OffscreenCanvas === 'undefined') {
    throw unavailable(
      `mode "${mode.mode}" needs ${name}, which browsers have; here there is neither a document nor an OffscreenCanvas.`,
      'In Node, use mode "webasm", "cpu" or, with the package "webgpu", "webgpu".',
    );
  }
  if (!isSupported) throw unavailable(`mode "${mode.mode}" needs ${name}, which this browser has not.`, REMEDY);
  if (features?.isFloatRead !== true) {
    throw unavailable(
      `mode "${mode.mode}" renders to textures of single-precision numbers, which this device cannot read back.`,
      REMEDY,
    );
  }
  try {
    return backendOf(webGlEngine(new GPU({ mode: mode.mode }), mode));
  } catch (error) {
    throw unavailable(`mode "${mode.mode}" does not start: ${messageOf(error)}.`, REMEDY, error);
  }
};

export const startWebgl2: Start = async (gpujs) => start(gpujs, gpujs.WebGL2Kernel, { mode: 'webgl2', dialect: glsl3 });

export const startWebgl: Start = async (gpujs) => start(gpujs, gpujs.WebGLKernel, { mode: 'webgl', dialect: glsl1 });
