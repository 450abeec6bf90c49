import { assertTensorFits, type BackendInfo, type DeviceMachine } from '@nalu/core/backend';
import { outputShape, inputShape, type FloatArray, type Graph } from '@nalu/core/graph';
import { planKernels, type KernelLimits } from '@nalu/core/kernels';
import { loadTfjs } from '#tfjs';
import { BACKEND, messageOf, unavailable } from '../device/errors.ts';
import type { OpenDevice } from '../device/openDevice.ts';
import { LARGE } from '../layout/storages.ts';
import type { Tfjs } from '../tfjs/tfjs.ts';
import { wantsMatmul } from '../tfjs/wantsMatmul.ts';
import { BufferPool, type Block } from './buffers.ts';
import { executableOf } from './executable.ts';
import { Reader } from './read.ts';
import { SharedObjects } from './shared.ts';

const kernelLimits = (storages: number): KernelLimits => ({
  storages,
  storageOf: ({ size, origin }) =>
    size >= LARGE && (origin.kind === 'input' || origin.kind === 'output') ? `${origin.kind}${origin.index}` : 'arena',
  multipleWrites: true,
  wantsMatmul,
});

/** The machine behind the backend: plans become shaders, storages are buffers of the device. */
export const machineOn = (opened: OpenDevice, info: BackendInfo): DeviceMachine<Block> => {
  const { device, gone } = opened;
  const shared = new SharedObjects(device);
  const pool = new BufferPool(device);
  const reader = new Reader(device, gone);
  const bindingBytes = Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize);
  const storages = device.limits.maxStorageBuffersPerShaderStage;
  const limits = { storages, numbers: Math.floor(bindingBytes / 4) };
  let loading: Promise<Tfjs> | undefined;

  /** Loaded by the first graph with a large matrix product. */
  const tfjs = async (): Promise<Tfjs> => {
    try {
      return await (loading ??= loadTfjs());
    } catch (error) {
      loading = undefined;
      throw unavailable(
        `the package @tensorflow/tfjs-backend-webgpu, which computes large matrix products, could not be loaded: ${messageOf(error)}.`,
        'Install @tensorflow/tfjs-backend-webgpu and @tensorflow/tfjs-core 4.22.0, or serve the files of the bundle.',
        error,
      );
    }
  };

  const assertNoReport = (): void => {
    const report = opened.takeReport();
    if (report !== undefined) throw report;
  };

  const assertFits = (graph: Graph): void => {
    graph.inputs.forEach((_, i) => assertTensorFits(BACKEND, inputShape(graph, i), bindingBytes));
    graph.outputs.forEach((_, i) => assertTensorFits(BACKEND, outputShape(graph, i), bindingBytes));
  };

  return {
    info,
    memory: {
      upload: (data: FloatArray, shape) => {
        assertTensorFits(BACKEND, shape, bindingBytes);
        const block = pool.take(data.length);
        if (data.length > 0) device.queue.writeBuffer(block.memory.buffer, 0, data as Float32Array<ArrayBuffer>);
        return block;
      },
      release: (block) => pool.release(block),
      read: async (blocks) => {
        const arrays = await reader.read(blocks);
        assertNoReport();
        return arrays;
      },
    },
    compile: async (graph) => {
      assertFits(graph);
      const plan = planKernels(graph, kernelLimits(storages));
      return executableOf(plan, { shared, pool, limits, tfjs, gone });
    },
    sync: async () => {
      await Promise.race([device.queue.onSubmittedWorkDone(), gone]);
      assertNoReport();
    },
    failure: opened.failure,
    dispose: () => {
      reader.dispose();
      pool.dispose();
      shared.dispose();
      if (!opened.borrowed) device.destroy();
    },
  };
};
