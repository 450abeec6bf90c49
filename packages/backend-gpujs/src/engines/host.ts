import { ExecutionError } from '@nalu/core';
import type { Dialect } from '../dialects/dialect.ts';
import type { Gpu, HostKernel } from '../gpujs.ts';
import { checkMode, helperSettings } from './kernelSettings.ts';
import type { Collector, Engine } from './engine.ts';

/** What tells the modes apart whose arrays are JavaScript's. */
export interface HostMode {
  readonly dialect: Dialect;
  readonly device: string;
  readonly simd: boolean;
  readonly dispatch: number;
  readonly compileKernels?: Engine<Float32Array>['compileKernels'];
}

const collect = (total: number): Collector<Float32Array> => {
  const all = new Float32Array(total);
  let next = 0;
  return {
    add: ({ storage, offset, size }) => {
      all.set(storage!.array.subarray(offset, offset + size), next);
      next += size;
    },
    finish: () => ({ storage: { array: all, users: 1 }, offset: 0, size: all.length }),
    abandon: () => {},
  };
};

/** Modes whose arrays are JavaScript's: gpu.js takes Float32Arrays and returns new ones. */
export const hostEngine = (gpu: Gpu, { dialect, device, simd, dispatch, compileKernels }: HostMode): Engine<Float32Array> => ({
  info: { device, softwareAdapter: false, simd, threads: 1 },
  dialect,
  storages: Infinity,
  dispatch,
  compileKernels,
  maxElements: Infinity,
  part: (array, offset, size) => (size === array.length ? array : array.subarray(offset, offset + size)),
  createKernel: async (printed, parameters) => {
    const kernel = gpu.createKernel(printed.source, {
      output: [printed.size],
      argumentTypes: Object.fromEntries(parameters.map(({ name }) => [name, 'Array'])),
      ...helperSettings(printed),
    });
    // The first run translates the kernel: one that gpu.js cannot run in this mode is found while the graph is compiled.
    kernel(...parameters.map(({ size: length }) => new Float32Array(length)));
    checkMode(kernel, gpu);
    // The function that gpu.js made, without its checks of every argument, which take longer than a small kernel.
    const running = kernel.kernel as HostKernel;
    return {
      run: (args) => {
        const result = running.run(...args);
        if (!(result instanceof Float32Array)) throw new ExecutionError('A kernel of gpu.js gave something else than numbers.');
        return result;
      },
      workingBytes: 0,
      dispose: () => kernel.destroy(),
    };
  },
  collect,
  upload: (data) => data.slice(),
  read: async (array, offset, size) => array.slice(offset, offset + size),
  release: () => {},
  sync: async () => {},
  failure: () => undefined,
  dispose: () => gpu.destroy(),
});
