import type { KernelPlan } from '@nalu/core/kernels';
import { javascript } from '../dialects/javascript.ts';
import type { ResidentPlan } from '../execution/compiled.ts';
import type { Gpu, HostKernel } from '../gpujs.ts';
import { printKernel, readsOf } from '../printing/kernel.ts';
import { checkMode, helperSettings } from './kernelSettings.ts';
import { residentPlan, segmentsOf } from './resident.ts';

/** All kernels of a plan with fixed arrays: between them nothing is copied, and while they run nothing is allocated. */
export const compileInPlace = (gpu: Gpu, plan: KernelPlan): ResidentPlan<Float32Array> => {
  const arrays: Float32Array[] = [];
  plan.values.forEach(({ origin, size }, id) => {
    if (origin.kind === 'input' || origin.kind === 'constant' || size === 0) arrays[id] = new Float32Array(size);
  });
  const kernels = segmentsOf(plan).map((kernel) => {
    const reads = readsOf(kernel);
    const names = reads.map((_, i) => `a${i}`);
    const printed = printKernel(kernel, javascript, names, (position) => ({
      parameter: names[reads.indexOf(kernel.reads[position]!)]!,
      start: 0,
    }));
    const made = gpu.createKernel(printed.source, {
      output: [printed.size],
      argumentTypes: Object.fromEntries(names.map((name) => [name, 'Array'])),
      // Kernels of pipelines return the same array every time.
      pipeline: true,
      immutable: false,
      ...helperSettings(printed),
    });
    const args = reads.map((id) => arrays[id]!);
    arrays[kernel.segments[0]!.writes[0]!.value] = made(...args) as Float32Array;
    checkMode(made, gpu);
    const { run } = made.kernel as HostKernel;
    return () => run(...args);
  });
  return residentPlan(
    plan,
    plan.values.map((_, id) => arrays[id] ?? new Float32Array(0)),
    kernels,
  );
};
