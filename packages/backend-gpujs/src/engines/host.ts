import { ExecutionError } from '@nalu/core';
import type { Dialect } from '../dialects/dialect.ts';
import type { Gpu, KernelFunction, WebasmKernel } from '../gpujs.ts';
import { checkMode, helperSettings } from './kernelSettings.ts';
import type { Collector, Engine, Launch, Parameter } from './engine.ts';

type Run = Launch<Float32Array>['run'];
/** How a kernel that was built is run. */
type Runner = (kernel: KernelFunction, parameters: readonly Parameter[]) => Run;

/** As users of gpu.js run kernels. */
export const asFunction: Runner = (kernel) => (args) => {
  const result = kernel(...args);
  if (!(result instanceof Float32Array)) throw new ExecutionError('A kernel of gpu.js gave something else than numbers.');
  return result;
};

/**
 * A WebAssembly kernel without gpu.js's checks of every argument, which take longer than a small kernel: arguments are copied
 * into its memory, the module runs, the output is copied out.
 */
export const asModule: Runner = ({ kernel }, parameters) => {
  const { constructor, _active: active } = kernel as WebasmKernel;
  const { run, runSimd, cells, sizeX, f32, layout } = active;
  const places = parameters.map(({ name }) => layout.arrays[name]!.offset / 4);
  const output = layout.outputOffset / 4;
  return (args) => {
    for (let i = 0; i < places.length; i++) f32.set(args[i] as Float32Array, places[i]);
    constructor.dispatchSpans(run, runSimd, cells, sizeX, 0);
    return f32.slice(output, output + cells);
  };
};

/** What tells the modes apart whose arrays are JavaScript's. */
export interface HostMode {
  readonly dialect: Dialect;
  readonly device: string;
  readonly simd: boolean;
  readonly runner: Runner;
}

const collect = (rows: number, size: number): Collector<Float32Array> => {
  const all = new Float32Array(rows * size);
  let next = 0;
  return {
    add: ({ storage, offset }) => {
      all.set(storage!.array.subarray(offset, offset + size), next);
      next += size;
    },
    finish: () => ({ storage: { array: all, users: 1 }, offset: 0, size: all.length }),
    abandon: () => {},
  };
};

/** Modes whose arrays are JavaScript's: gpu.js takes Float32Arrays and returns new ones. */
export const hostEngine = (gpu: Gpu, { dialect, device, simd, runner }: HostMode): Engine<Float32Array> => ({
  info: { device, softwareAdapter: false, simd, threads: 1 },
  dialect,
  storages: Infinity,
  // 1 to 2 µs, and threads run one after the other.
  dispatch: 1500,
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
    return { run: runner(kernel, parameters), workingBytes: 0, dispose: () => kernel.destroy() };
  },
  collect,
  upload: (data) => data.slice(),
  read: async (array, offset, size) => array.slice(offset, offset + size),
  release: () => {},
  sync: async () => {},
  failure: () => undefined,
  dispose: () => gpu.destroy(),
});
