import type { Graph } from '../graph/graph.ts';
import type { FloatArray } from '../ops/row.ts';
import type { OpName } from '../ops/attrs.ts';
import type { Shape } from '../tensor/shape.ts';

/** The version of this contract. A backend made for another version is refused by `checkContract`. */
export const CONTRACT_VERSION = 1;

/** Width of every number in a compiled graph. */
export type Precision = 'f32' | 'f64';

/** How a step ran: in generated code with its neighbours, by a library's kernel, or by core's reference kernel. */
export type Path = 'fused' | 'library' | 'reference';

export interface BackendInfo {
  /** Name of the backend, for example `js` or `tfjs-wasm`. */
  readonly name: string;
  readonly contract: number;
  /** What computes, for people: `AMD EPYC (generated JavaScript)`, `SwiftShader (software)`. */
  readonly device: string;
  /** Where it runs: `node 20.20.2`, `Chromium 156`. */
  readonly runtime: string;
  readonly versions: { readonly [library: string]: string };
  readonly precisions: readonly Precision[];
  readonly simd: boolean;
  readonly threads: number;
  /** True when a GPU is imitated in software. */
  readonly softwareAdapter: boolean;
  /** `native`: the whole loop runs inside one executable. `host`: core drives it step by step. */
  readonly scan: 'native' | 'host';
  /** `native`: the backend computes Threefry itself. `host`: core computes the numbers and the backend copies them. */
  readonly random: 'native' | 'host';
  /** The path that this backend was asked to take; conformance compares it with the reports. */
  readonly paths: readonly Path[];
}

export interface CompileOptions {
  /** Default: 'f32'. */
  readonly precision?: Precision;
  /** Indices of inputs that `run` consumes: they are freed by it, and their memory may be used for outputs. Default: none. */
  readonly donate?: readonly number[];
}

/** One step of a compiled plan. */
export interface PlanStep {
  readonly ops: readonly OpName[];
  readonly path: Path;
  /** Why the step was not fused. */
  readonly reason?: string;
}

/** What a compiled graph does when it runs. */
export interface PlanReport {
  readonly backend: string;
  readonly precision: Precision;
  readonly steps: readonly PlanStep[];
  /** Bytes by liveness: of inputs, of outputs, of memory in between, and the largest sum at one time. */
  readonly memory: { readonly inputs: number; readonly outputs: number; readonly working: number; readonly peak: number };
  readonly scan: 'none' | 'native' | 'host';
  readonly compileMilliseconds: number;
}

/** A tensor's values on a device. Owned by whoever uploaded it or received it from `run`, and freed by `Backend.free`. */
export interface DeviceBuffer {
  readonly id: number;
  readonly shape: Shape;
  readonly precision: Precision;
  /** Name of the backend that owns it. */
  readonly backend: string;
}

/** A compiled graph. */
export interface Executable {
  /**
   * Enqueues the graph in program order and returns new buffers for its outputs. Throws at once for a wrong number or shape
   * of inputs and for freed, donated or foreign buffers. A later failure poisons only what derives from it: reading such a
   * buffer rejects with the original error.
   */
  run(inputs: readonly DeviceBuffer[]): readonly DeviceBuffer[];
  readonly report: PlanReport;
  /**
   * How long the device computed in the last run by its own clock, in milliseconds, without what the host and the queue took.
   * Waits for the run to end; undefined before the first. 0 for a run shorter than the clock's tick, which is 2¹⁶ ns in Chromium
   * and Dawn. Absent where the device has no clock.
   */
  deviceMilliseconds?(): Promise<number | undefined>;
  /** Frees working memory. Idempotent. */
  dispose(): void;
}

/** What a machine that computes must offer. Implement it by hand, or build it from kernels with `backendFromKernels`. */
export interface Backend {
  readonly info: BackendInfo;
  compile(graph: Graph, options?: CompileOptions): Promise<Executable>;
  /** Copies values to the device. A Float64Array makes an f64 buffer, a Float32Array an f32 buffer. */
  upload(data: FloatArray, shape: Shape): DeviceBuffer;
  /** Copies values back, with one synchronisation for all. The caller owns the arrays. */
  read(...buffers: readonly DeviceBuffer[]): Promise<FloatArray[]>;
  /** Gives a buffer back. Freeing twice throws. */
  free(buffer: DeviceBuffer): void;
  /** Resolves when everything enqueued so far has run. */
  sync(): Promise<void>;
  /** Live buffers, their bytes, and the bytes that executables hold for intermediate values. */
  memory(): { readonly buffers: number; readonly bytes: number; readonly working: number };
  /** Frees everything. Idempotent; anything else afterwards throws DisposedError. */
  dispose(): Promise<void>;
}

export const bytesPerNumber: { readonly [P in Precision]: number } = { f32: 4, f64: 8 };
