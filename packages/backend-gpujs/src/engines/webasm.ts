import { ExecutionError } from '@nalu/core';
import type { Kernel, KernelPlan } from '@nalu/core/kernels';
import { webassembly } from '../dialects/webassembly.ts';
import type { CompiledPlan } from '../execution/plan.ts';
import { EMPTY, sliceOf, type Slice } from '../execution/storage.ts';
import type { Gpu, WebasmKernel } from '../gpujs.ts';
import { printKernel, readsOf } from '../printing/kernel.ts';
import { checkMode, helperSettings } from './kernelSettings.ts';

interface Wasm {
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => unknown;
  readonly Instance: new (
    module: unknown,
    imports: unknown,
  ) => { readonly exports: { readonly run: unknown; readonly run_simd?: unknown } };
}

type Memory = InstanceType<Wasm['Memory']>;

/** Where values lie in a plan's memory, in numbers; outputs come first, one after the other. */
interface Layout {
  readonly offsets: readonly number[];
  readonly outputs: number;
  readonly size: number;
}

/** gpu.js's name of what turns a translated kernel into a module. */
const ASSEMBLE = '_assembleModule';

/** Vectors of four numbers begin at multiples of 16 bytes. */
const aligned = (size: number): number => Math.ceil(size / 4) * 4;

const layoutOf = (plan: KernelPlan): Layout => {
  const offsets: number[] = [];
  let size = 0;
  const place = (id: number): void => {
    offsets[id] = size;
    size += aligned(plan.values[id]!.size);
  };
  plan.outputs.forEach(place);
  const outputs = size;
  plan.values.forEach((_, id) => {
    if (offsets[id] === undefined) place(id);
  });
  return { offsets, outputs, size };
};

/** Every segment is a kernel of its own here, because its output may begin anywhere in memory. */
const segmentsOf = (plan: KernelPlan): readonly Kernel[] =>
  plan.steps.flatMap((step) => {
    if (step.kind !== 'kernel') throw new ExecutionError('Only plans of kernels run in one memory.');
    return step.kernel.segments.filter(({ size }) => size > 0).map((segment) => ({ ...step.kernel, segments: [segment] }));
  });

/** A kernel as gpu.js translates it, with the places of its arguments and its output in memory built in. */
const assemble = (gpu: Gpu, plan: KernelPlan, kernel: Kernel, { offsets, size }: Layout) => {
  const reads = readsOf(kernel);
  const names = reads.map((_, i) => `a${i}`);
  const printed = printKernel(kernel, webassembly, names, (position) => ({
    parameter: names[reads.indexOf(kernel.reads[position]!)]!,
    start: 0,
  }));
  const made = gpu.createKernel(printed.source, {
    output: [printed.size],
    argumentTypes: Object.fromEntries(names.map((name) => [name, 'Array'])),
    ...helperSettings(printed),
  });
  checkMode(made, gpu);
  const translated = made.kernel as WebasmKernel;
  const lengths = reads.map((id) => plan.values[id]!.size);
  const args = lengths.map((length) => new Float32Array(length));
  // What gpu.js's own pipelines do to have a kernel translated, but not built with a memory of its own.
  translated.setupConstants();
  translated.setupArguments(args);
  translated.validateSettings(args);
  translated.threadDim = [printed.size, 1, 1];
  if (!translated.translateSource()) throw new ExecutionError('gpu.js cannot translate a kernel to WebAssembly.');
  const arrays = Object.fromEntries(
    names.map((name, i) => {
      const flatLength = lengths[i]!;
      return [name, { index: i, offset: 4 * offsets[reads[i]!]!, dims: [flatLength, 1, 1], flatLength }];
    }),
  );
  const outputOffset = 4 * offsets[kernel.segments[0]!.writes[0]!.value]!;
  const layout = { arrays, scalars: {}, constantArrays: {}, outputOffset, totalBytes: 4 * size };
  const { bytes, initial, maximum } = translated[ASSEMBLE](layout, printed.size, false);
  const { dispatchSpans } = translated.constructor;
  const math = [...translated.usedMathImports];
  made.destroy();
  return {
    initial,
    maximum,
    start: (memory: Memory): (() => void) => {
      const { Module, Instance } = WebAssembly as unknown as Wasm;
      const functions = Object.fromEntries(math.map((name) => [`math_${name}`, Math[name as 'exp']]));
      const { run, run_simd: runSimd = null } = new Instance(new Module(bytes), { env: { memory, ...functions } }).exports;
      return () => dispatchSpans(run, runSimd, printed.size, printed.size, 0);
    },
  };
};

/** Copies numbers; for few of them a loop is faster than `set`. */
const copy = (from: Float32Array, start: number, size: number, to: Float32Array, offset: number): void => {
  if (size > 16) to.set(start === 0 && size === from.length ? from : from.subarray(start, start + size), offset);
  else for (let i = 0; i < size; i++) to[offset + i] = from[start + i]!;
};

/** All kernels of a plan over one memory: between them nothing is copied. */
export const compileInMemory = (gpu: Gpu, plan: KernelPlan): CompiledPlan<Float32Array> => {
  const layout = layoutOf(plan);
  const { offsets, outputs, size } = layout;
  const assembled = segmentsOf(plan).map((kernel) => assemble(gpu, plan, kernel, layout));
  const { Memory } = WebAssembly as unknown as Wasm;
  const pages = assembled[0] ?? { initial: Math.ceil((4 * size) / 65_536), maximum: 65_536 };
  const memory = new Memory({ initial: pages.initial, maximum: pages.maximum });
  const numbers = new Float32Array(memory.buffer);
  const kernels = assembled.map(({ start }) => start(memory));
  plan.values.forEach(({ origin }, id) => {
    if (origin.kind === 'constant') numbers.set(origin.data, offsets[id]);
  });
  /** What lies at the inputs' places. Arrays never change, so the same one is not copied again. */
  const present: (Slice<Float32Array> | undefined)[] = [];
  const put = (slice: Slice<Float32Array>, i: number): void => {
    const known = present[i];
    if (slice.storage === undefined || (known?.storage === slice.storage && known.offset === slice.offset)) return;
    copy(slice.storage.array, slice.offset, slice.size, numbers, offsets[plan.inputs[i]!]!);
    present[i] = slice;
  };
  return {
    outputSizes: plan.outputs.map((id) => plan.values[id]!.size),
    run: (inputs) => {
      for (let i = 0; i < inputs.length; i++) put(inputs[i]!, i);
      for (const kernel of kernels) kernel();
      const storage = { array: numbers.slice(0, outputs), users: 0 };
      return plan.outputs.map((id) => {
        const { size: length } = plan.values[id]!;
        return length === 0 ? EMPTY : sliceOf(storage, offsets[id]!, length);
      });
    },
    workingBytes: 4 * size,
    dispose: () => {
      present.length = 0;
    },
  };
};
