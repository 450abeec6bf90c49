import type { BackendInfo } from '@nalu/core/backend';
import type { KernelPlan } from '@nalu/core/kernels';
import type { Dialect } from '../dialects/dialect.ts';
import type { ResidentPlan } from '../execution/compiled.ts';
import type { Slice } from '../execution/storage.ts';
import type { PrintedKernel } from '../printing/kernel.ts';

/** A parameter of a kernel: numbers on the device, or a whole number. */
export interface Parameter {
  readonly name: string;
  readonly kind: 'array' | 'integer';
  /** The length of an array. */
  readonly size: number;
}

/** A kernel that is ready to run. `H` is a handle to an array on the device. */
export interface Launch<H> {
  /** Enqueues the kernel and gives its output: a new array, as long as the kernel has threads. */
  run(args: readonly (H | number)[]): H;
  /** Bytes that it holds between runs. */
  readonly workingBytes: number;
  dispose(): void;
}

/** Values that arrive one by one. */
export interface Collector<H> {
  /** Takes the next value over, which has numbers. */
  add(slice: Slice<H>): void;
  /** All values, one after the other from the start of an array; as many numbers as were announced were added. The caller's. */
  finish(): Slice<H>;
  /** Gives up: nothing is kept. */
  abandon(): void;
}

/** One mode of gpu.js: how kernels are made and where numbers lie. */
export interface Engine<H> {
  readonly info: Pick<BackendInfo, 'device' | 'softwareAdapter' | 'simd' | 'threads'>;
  readonly dialect: Dialect;
  /** How many arrays one kernel may touch, its output included. */
  readonly storages: number;
  /** Operations of one thread that take as long as to start one more kernel. */
  readonly dispatch: number;
  /** The largest number of numbers in one array. */
  readonly maxElements: number;
  /** A part of an array as an array, where that costs nothing; elsewhere kernels get whole arrays and offsets. */
  readonly part: ((array: H, offset: number, size: number) => H) | undefined;
  /** Makes a whole plan, where that is better than one kernel after the other. The plan has only kernels. */
  readonly compileKernels?: ((plan: KernelPlan) => ResidentPlan<H>) | undefined;
  /** Makes a kernel and checks that it runs in this mode. */
  createKernel(kernel: PrintedKernel, parameters: readonly Parameter[]): Promise<Launch<H>>;
  /** For so many numbers. */
  collect(size: number): Collector<H>;
  upload(data: Float32Array): H;
  /** Numbers of an array; enqueued at once. */
  read(array: H, offset: number, size: number): Promise<Float32Array>;
  release(array: H): void;
  sync(): Promise<void>;
  failure(): Error | undefined;
  dispose(): Promise<void>;
}
