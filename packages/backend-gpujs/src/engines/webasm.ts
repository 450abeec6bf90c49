import { ExecutionError } from '@nalu/core';
import type { Kernel, KernelPlan } from '@nalu/core/kernels';
import { webassembly } from '../dialects/webassembly.ts';
import type { ResidentPlan } from '../execution/compiled.ts';
import type { Gpu, WebasmKernel } from '../gpujs.ts';
import { printKernel, readsOf } from '../printing/kernel.ts';
import { callingModule, type Call } from './callAll.ts';
import { checkMode, helperSettings } from './kernelSettings.ts';
import { residentPlan, segmentsOf } from './resident.ts';

interface Wasm {
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => unknown;
  readonly Instance: new (module: unknown, imports: unknown) => { readonly exports: Readonly<Record<string, unknown>> };
}

type Memory = InstanceType<Wasm['Memory']>;

/** gpu.js's name of what turns a translated kernel into a module. */
const ASSEMBLE = '_assembleModule';

/** Vectors of four numbers begin at multiples of 16 bytes. */
const aligned = (size: number): number => Math.ceil(size / 4) * 4;

/** Where values lie in a plan's memory, and how long it is; all in numbers. */
const layOut = (plan: KernelPlan): { readonly offsets: readonly number[]; readonly size: number } => {
  let size = 0;
  const offsets = plan.values.map((value) => {
    size += aligned(value.size);
    return size - aligned(value.size);
  });
  return { offsets, size };
};

/** A kernel as gpu.js translates it, with the places of its arguments and its output in memory built in. */
const assemble = (gpu: Gpu, plan: KernelPlan, kernel: Kernel, { offsets, size }: ReturnType<typeof layOut>) => {
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
  const math = [...translated.usedMathImports];
  made.destroy();
  return {
    initial,
    maximum,
    start: (memory: Memory): readonly Call[] => {
      const { Module, Instance } = WebAssembly as unknown as Wasm;
      const functions = Object.fromEntries(math.map((name) => [`math_${name}`, Math[name as 'exp']]));
      const { run, run_simd: runSimd } = new Instance(new Module(bytes), { env: { memory, ...functions } }).exports;
      // Four threads at a time, then the rest.
      const quads = runSimd === undefined ? 0 : printed.size - (printed.size % 4);
      return [
        { run: runSimd, start: 0, end: quads },
        { run, start: quads, end: printed.size },
      ].filter(({ start, end }) => end > start);
    },
  };
};

/** All kernels of a plan over one memory: between them nothing is copied. */
export const compileInMemory = (gpu: Gpu, plan: KernelPlan): ResidentPlan<Float32Array> => {
  const layout = layOut(plan);
  const assembled = segmentsOf(plan).map((kernel) => assemble(gpu, plan, kernel, layout));
  const { Memory, Module, Instance } = WebAssembly as unknown as Wasm;
  const pages = assembled[0] ?? { initial: Math.ceil((4 * layout.size) / 65_536), maximum: 65_536 };
  const memory = new Memory({ initial: pages.initial, maximum: pages.maximum });
  const arrays = plan.values.map(({ size }, id) => new Float32Array(memory.buffer, 4 * layout.offsets[id]!, size));
  const calls = assembled.flatMap(({ start }) => start(memory));
  const runs = Object.fromEntries(calls.map(({ run }, i) => [i, run]));
  const { all } = new Instance(new Module(callingModule(calls)), { run: runs }).exports;
  return residentPlan(plan, arrays, [all as () => void]);
};
