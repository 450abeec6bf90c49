import type * as GpuJs from 'gpu.js';
import { WorkloadNotSupportedError, type Column } from '../../column.ts';
import { initialParameters } from '../../data.ts';
import type { Workload } from '../../workloads.ts';
import { isSoftware, startWebGpu } from '../webgpu/webgpu.ts';
import { batchIndexAt, stateLength } from './adam-kernel.ts';
import { layerData, pairData } from './data.ts';
import type { Handle, Step } from './kernels.ts';
import { layerStep } from './layer-kernels.ts';
import { pairStep } from './pair-kernels.ts';

/** gpu.js's name of what it computes with. */
export type GpuJsMode = 'cpu' | 'webasm' | 'webgpu';

const units = { cpu: 'javascript', webasm: 'webassembly', webgpu: null } as const;

/** gpu.js is CommonJS in Node, and a script in browsers. */
const loadGpuJs = async (): Promise<typeof GpuJs> => {
  const loaded = (await import('gpu.js')) as typeof GpuJs & { readonly default?: typeof GpuJs };
  return loaded.default ?? loaded;
};

const isPair = ({ inputs, outputs }: Workload): boolean => inputs === 2 && outputs === 1;

const assertSupported = (workload: Workload): void => {
  if (workload.task === 'inference') throw new WorkloadNotSupportedError('The gpu.js pipeline is written for training only.');
  if (isPair(workload)) return;
  if (workload.members > 1) {
    throw new WorkloadNotSupportedError('The gpu.js pipeline trains a population only for two inputs and one output.');
  }
  if (workload.source === 'drawn') {
    throw new WorkloadNotSupportedError('The gpu.js pipeline draws batches only for two inputs and one output.');
  }
};

/** The step, so many times over, compiled when it is first called; gpu.js keeps all between the steps on the device. */
const unroll = (step: Step, steps: number) => (state: Handle, x: Handle, logs: Handle, y: Handle) => {
  let next = state;
  for (let count = 0; count < steps; count++) next = step(next, { x, logs, y });
  return next;
};

/**
 * The step as an expert writes it for gpu.js: gradients derived by hand, as many numbers per kernel as gpu.js allows (one per
 * thread), and `createPipeline` over all steps of a run, which is faster in every mode than calling the kernels one by one.
 */
export const gpujsByHand = (mode: GpuJsMode): Column => ({
  name: `gpujs-by-hand:${mode}`,
  prepare: async (workload) => {
    assertSupported(workload);
    const adapter = mode === 'webgpu' ? ` on ${await startWebGpu()}` : '';
    const { GPU } = await loadGpuJs();
    const gpu = new GPU({ mode });
    const step = isPair(workload) ? pairStep(gpu, workload) : layerStep(gpu, workload);
    const dataOf = isPair(workload) ? pairData(workload) : layerData(workload);

    const initial = initialParameters(workload);
    const size = initial.wHat.length;
    let state: Float32Array = new Float32Array(stateLength(size));
    state.set(initial.wHat);
    state.set(initial.mHat, size);
    state.set(initial.gate, 2 * size);

    const pipelines = new Map<number, GpuJs.IPipelineRunShortcut>();
    const pipelineOf = (steps: number): GpuJs.IPipelineRunShortcut => {
      const known = pipelines.get(steps) ?? gpu.createPipeline(unroll(step, steps));
      pipelines.set(steps, known);
      return known;
    };
    let executor = '';
    let firstRun = 0;
    let fastestRun = Infinity;
    const runPipeline = async (steps: number): Promise<void> => {
      const start = performance.now();
      const pipeline = pipelineOf(steps);
      const { x, logs, y } = dataOf(steps);
      state[batchIndexAt(size)] = 0;
      state = (await pipeline(state, x, logs, y)) as Float32Array;
      const took = performance.now() - start;
      executor = ` (${pipeline.executorKind})`;
      if (firstRun === 0) firstRun = took;
      else fastestRun = Math.min(fastestRun, took);
      // gpu.js turns to another mode with no more than a warning.
      if (pipeline.backend !== mode) {
        throw new Error(
          `gpu.js ran in its mode "${pipeline.backend}" instead: ${pipeline.fallbackReason ?? 'it gives no reason'}.`,
        );
      }
    };

    return {
      get path() {
        return `gpu.js ${mode}${adapter}, createPipeline${executor}`;
      },
      software: isSoftware(adapter),
      unit: units[mode],
      // A pipeline is compiled in its first run.
      get compileMilliseconds() {
        return Math.max(0, firstRun - (Number.isFinite(fastestRun) ? fastestRun : 0));
      },
      run: async (steps) => {
        for (let left = steps; left > 0; left -= workload.stepsPerRun) await runPipeline(Math.min(left, workload.stepsPerRun));
      },
      answer: async () => [0, 1, 2].map((kind) => state.slice(kind * size, (kind + 1) * size)),
      dispose: () => gpu.destroy(),
    };
  },
});
