import { DeviceLostError, ExecutionError } from '@nalu/core';
import { wgsl } from '../dialects/wgsl.ts';
import { BACKEND } from '../errors.ts';
import { drop } from '../execution/storage.ts';
import type { Gpu, WebGpuContext, WebGpuKernel } from '../gpujs.ts';
import { DISPATCH, IMITATED_DISPATCH } from './dispatch.ts';
import type { Collector, Engine, Launch } from './engine.ts';
import { checkMode, helperSettings } from './kernelSettings.ts';

/** The numbers of GPUBufferUsage, GPUMapMode and GPUShaderStage are the standard's; Node has no such globals. */
const STORAGE = 0x80 | 0x04 | 0x08;
const UNIFORM = 0x40 | 0x08;
const STAGING = 0x01 | 0x08;
const MAP_READ = 0x01;

/**
 * Dispatches in one submission: few at first, so that the device starts early, then twice as many each time, so that submitting
 * costs little.
 */
const FIRST_DISPATCHES = 16;
const MOST_DISPATCHES = 256;
/** Bytes of free buffers that wait for their next use. */
const POOL_BYTES = 64 * 2 ** 20;

/** Buffers by size. A released buffer is used again for a later dispatch; the queue keeps the order. */
class Pool {
  readonly #device: GPUDevice;
  readonly #usage: number;
  readonly #free = new Map<number, GPUBuffer[]>();
  #bytes = 0;

  constructor(device: GPUDevice, usage: number) {
    this.#device = device;
    this.#usage = usage;
  }

  take(bytes: number): GPUBuffer {
    const buffer = this.#free.get(bytes)?.pop();
    if (buffer === undefined) return this.#device.createBuffer({ size: bytes, usage: this.#usage });
    this.#bytes -= bytes;
    return buffer;
  }

  give(buffer: GPUBuffer): void {
    const same = this.#free.get(buffer.size) ?? [];
    this.#free.set(buffer.size, same);
    same.push(buffer);
    this.#bytes += buffer.size;
  }

  /** Destroys free buffers that nothing enqueued needs, when there are many, or all. */
  trim(limit: number): void {
    if (this.#bytes <= limit) return;
    for (const buffers of this.#free.values()) buffers.forEach((buffer) => buffer.destroy());
    this.#free.clear();
    this.#bytes = 0;
  }
}

/** Per kernel: sets of offsets that keep a buffer, and bind groups that are remembered. */
const FIXED_PARAMETERS = 8;
const BIND_GROUPS = 64;

const ids = new WeakMap<GPUBuffer, number>();
let nextId = 0;

const idOf = (buffer: GPUBuffer): number => {
  const known = ids.get(buffer);
  if (known !== undefined) return known;
  ids.set(buffer, ++nextId);
  return nextId;
};

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render/i;

const describe = (info: GPUAdapterInfo): { readonly device: string; readonly softwareAdapter: boolean } => {
  const parts = [info.vendor, info.architecture, info.description].filter((part) => part !== undefined && part !== '');
  const name = parts.length === 0 ? 'a GPU' : [...new Set(parts)].join(' ');
  const softwareAdapter = info.isFallbackAdapter === true || SOFTWARE.test(name);
  return { device: `${name}${softwareAdapter ? ', in software' : ''} (gpu.js, webgpu)`, softwareAdapter };
};

const bytesOf = (elements: number): number => 4 * elements;

/**
 * Mode `webgpu`. gpu.js translates kernels to WGSL and builds their pipelines on its device; the dispatches of many kernels
 * are recorded in one pass and submitted together, as its own fused pipelines do.
 */
export const webGpuEngine = (gpu: Gpu, context: WebGpuContext): Engine<GPUBuffer> => {
  const { device, adapter } = context;
  const { limits, queue } = device;
  const described = describe(adapter.info);
  const { softwareAdapter } = described;
  const storage = new Pool(device, STORAGE);
  const uniforms = new Pool(device, UNIFORM);
  let lost: Error | undefined;
  let disposed = false;
  let encoder: GPUCommandEncoder | undefined;
  let pass: GPUComputePassEncoder | undefined;
  let dispatches = 0;
  let perSubmission = FIRST_DISPATCHES;
  /** The error of the last submission, once it is known. */
  let submission: Promise<Error | undefined> = Promise.resolve(undefined);
  let usedUniforms: GPUBuffer[] = [];

  const watch = async (): Promise<void> => {
    const { message, reason } = await device.lost;
    if (!disposed) lost = new DeviceLostError(BACKEND, `the GPU is gone: ${(message || reason).replace(/\.?$/, '.')}`);
  };
  void watch();

  const closePass = (): void => {
    pass?.end();
    pass = undefined;
  };
  const commands = (): GPUCommandEncoder => (encoder ??= device.createCommandEncoder());
  const submit = (): void => {
    if (encoder === undefined) return;
    closePass();
    device.pushErrorScope('validation');
    queue.submit([encoder.finish()]);
    submission = device.popErrorScope().then(
      (error) => (error === null ? undefined : new ExecutionError(`WebGPU refused the commands: ${error.message}`)),
      () => undefined,
    );
    encoder = undefined;
    dispatches = 0;
    usedUniforms.forEach((buffer) => uniforms.give(buffer));
    usedUniforms = [];
    storage.trim(POOL_BYTES);
  };
  const copy = (from: GPUBuffer, fromByte: number, to: GPUBuffer, toByte: number, bytes: number): void => {
    closePass();
    commands().copyBufferToBuffer(from, fromByte, to, toByte, bytes);
  };

  const collect = (total: number): Collector<GPUBuffer> => {
    const all = storage.take(bytesOf(total));
    let next = 0;
    return {
      add: (slice) => {
        copy(slice.storage!.array, bytesOf(slice.offset), all, next, bytesOf(slice.size));
        next += bytesOf(slice.size);
        drop(slice, (array) => storage.give(array));
      },
      finish: () => ({ storage: { array: all, users: 1 }, offset: 0, size: total }),
      abandon: () => storage.give(all),
    };
  };

  const launchOf = (kernel: WebGpuKernel, size: number, arrays: number): Launch<GPUBuffer> => {
    const { computePipeline, bindGroupLayout, workgroupSize, paramsLayout } = kernel;
    const groups = Math.ceil(size / workgroupSize[0]!);
    const rows = Math.ceil(groups / limits.maxComputeWorkgroupsPerDimension);
    const columns = Math.ceil(groups / rows);
    const params = new ArrayBuffer(paramsLayout.byteLength);
    const numbers = new Float32Array(params);
    // Threads, and threads of one row of workgroups: gpu.js folds long dispatches into rows.
    new Uint32Array(params).set([size, 1, 1, columns * workgroupSize[0]!]);
    /** Offsets are mostly the same in every step of a loop: buffers for these few, and others for the rest. */
    const fixed = new Map<string, GPUBuffer>();
    const parameters = (args: readonly (GPUBuffer | number)[]): GPUBuffer => {
      const key = args.slice(arrays).join();
      const known = fixed.get(key);
      if (known !== undefined) return known;
      for (const { index, offset } of paramsLayout.scalarArgs) numbers[offset / 4] = args[index] as number;
      const keep = fixed.size < FIXED_PARAMETERS;
      const buffer = keep ? device.createBuffer({ size: params.byteLength, usage: UNIFORM }) : uniforms.take(params.byteLength);
      if (keep) fixed.set(key, buffer);
      else usedUniforms.push(buffer);
      queue.writeBuffer(buffer, 0, params);
      return buffer;
    };
    /** Loops use the same buffers again and again. */
    const groupsOf = new Map<string, GPUBindGroup>();
    const bindGroup = (resources: readonly GPUBuffer[]): GPUBindGroup => {
      const key = resources.map(idOf).join();
      const known = groupsOf.get(key);
      if (known !== undefined) return known;
      const group = device.createBindGroup({
        layout: bindGroupLayout,
        entries: resources.map((buffer, binding) => ({ binding, resource: { buffer } })),
      });
      if (groupsOf.size >= BIND_GROUPS) groupsOf.clear();
      groupsOf.set(key, group);
      return group;
    };
    return {
      run: (args) => {
        const output = storage.take(bytesOf(size));
        const resources = [parameters(args), ...(args.slice(0, arrays) as GPUBuffer[]), output];
        pass ??= commands().beginComputePass();
        pass.setPipeline(computePipeline);
        pass.setBindGroup(0, bindGroup(resources));
        pass.dispatchWorkgroups(columns, rows, 1);
        if (++dispatches >= perSubmission) {
          submit();
          perSubmission = Math.min(2 * perSubmission, MOST_DISPATCHES);
        }
        return output;
      },
      workingBytes: 0,
      dispose: () => {
        // What is recorded may use them.
        submit();
        fixed.forEach((buffer) => buffer.destroy());
      },
    };
  };

  return {
    info: { ...described, simd: false, threads: 1 },
    dialect: wgsl,
    storages: limits.maxStorageBuffersPerShaderStage,
    dispatch: softwareAdapter ? IMITATED_DISPATCH : DISPATCH,
    // The dialect's `element` finds no more.
    maxElements: Math.min(2 ** 23, Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize) / 4),
    part: undefined,
    createKernel: async (printed, parameters) => {
      const made = gpu.createKernel(printed.source, {
        output: [printed.size],
        argumentTypes: Object.fromEntries(parameters.map(({ name, kind }) => [name, kind === 'array' ? 'Array' : 'Float'])),
        ...helperSettings(printed),
      });
      checkMode(made, gpu);
      const kernel = made.kernel as WebGpuKernel;
      // Types are known from the settings; gpu.js wants to see arguments none the less.
      await kernel.build(...parameters.map(({ kind }) => (kind === 'array' ? new Float32Array(1) : 0)));
      const arrays = parameters.filter(({ kind }) => kind === 'array').length;
      const launch = launchOf(kernel, printed.size, arrays);
      return {
        ...launch,
        dispose: () => {
          launch.dispose();
          made.destroy();
        },
      };
    },
    collect,
    upload: (data) => {
      const buffer = device.createBuffer({ size: data.byteLength, usage: STORAGE, mappedAtCreation: true });
      new Float32Array(buffer.getMappedRange()).set(data);
      buffer.unmap();
      return buffer;
    },
    read: (array, offset, size) => {
      const staging = device.createBuffer({ size: bytesOf(size), usage: STAGING });
      copy(array, bytesOf(offset), staging, 0, bytesOf(size));
      submit();
      perSubmission = FIRST_DISPATCHES;
      const submitted = submission;
      return Promise.all([submitted, staging.mapAsync(MAP_READ)]).then(([error]) => {
        if (error !== undefined) throw error;
        const numbers = new Float32Array(staging.getMappedRange()).slice();
        staging.destroy();
        return numbers;
      });
    },
    release: (array) => storage.give(array),
    sync: async () => {
      submit();
      perSubmission = FIRST_DISPATCHES;
      await queue.onSubmittedWorkDone();
    },
    failure: () => lost,
    dispose: async () => {
      submit();
      disposed = true;
      storage.trim(-1);
      uniforms.trim(-1);
      await gpu.destroy();
    },
  };
};
