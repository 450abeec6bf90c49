import type { OpName, BinaryAttrs, TernaryAttrs, UnaryAttrs } from '../ops/attrs.ts';
import type { Affine } from '../graph/views.ts';
import type { MatmulSizes } from '../ops/contraction.ts';

/**
 * Scalar kernels: what one thread of a wide machine computes. A graph is lowered to these once; a backend prints them in its
 * own language (WGSL, gpu.js's JavaScript) and says where values lie.
 */

/** A number: itself, or the name of one that an earlier statement of the same or a surrounding block computed. */
export type Operand = number | string;

/** Elementwise ops, as the op table defines them. `clamp` becomes max and min, and `stopGradient` nothing. */
export type ScalarOp = Exclude<keyof (UnaryAttrs & BinaryAttrs & TernaryAttrs), 'stopGradient' | 'clamp'>;

/** How a loop accumulates: start and step. `min` and `max` propagate NaN. */
export type FoldOp = 'add' | 'mul' | 'min' | 'max';

/**
 * One statement. Names are assigned once and visible to the end of their block. Indices are whole numbers: affine
 * expressions (`graph/views.ts`) over the element's index `i`, loop variables and the names of index statements.
 */
export type Statement =
  /** An element of a value. `from` is a position in the kernel's `reads`. The index is inside the value. */
  | { readonly kind: 'read'; readonly name: string; readonly from: number; readonly at: Affine }
  | { readonly kind: 'apply'; readonly name: string; readonly op: ScalarOp; readonly args: readonly Operand[] }
  /** An index as a number. */
  | { readonly kind: 'number'; readonly name: string; readonly at: Affine }
  /** 1 if 0 ≤ at < length, else 0. */
  | { readonly kind: 'within'; readonly name: string; readonly at: Affine; readonly length: number }
  /** An index: at, clamped into [0, extent). */
  | { readonly kind: 'clampedIndex'; readonly name: string; readonly at: Affine; readonly extent: number }
  /** An index: a number rounded down and clamped into [0, extent); NaN gives 0. */
  | { readonly kind: 'tableIndex'; readonly name: string; readonly value: Operand; readonly extent: number }
  /** name = fold of `value` over variable = 0 … length − 1, in this order; starts at 0, 1, ∞ or −∞. */
  | {
      readonly kind: 'fold';
      readonly name: string;
      readonly op: FoldOp;
      readonly variable: string;
      readonly length: number;
      readonly body: readonly Statement[];
      readonly value: Operand;
    }
  /** name = the first index of the largest `value`; the first NaN counts as largest. */
  | {
      readonly kind: 'argmax';
      readonly name: string;
      readonly variable: string;
      readonly length: number;
      readonly body: readonly Statement[];
      readonly value: Operand;
    }
  /** Number `at` of the stream of a key: word (at & 1) of Threefry's block (at >> 1), as (bits >>> 8)·2⁻²⁴. */
  | { readonly kind: 'random'; readonly name: string; readonly key: readonly Operand[]; readonly at: Affine };

/** Threads i = 0 … size − 1 that run the same statements. Each writes element i of one value, or of several. */
export interface Segment {
  readonly size: number;
  readonly body: readonly Statement[];
  readonly writes: readonly { readonly value: number; readonly from: Operand }[];
}

/** Segments that do not depend on one another and can run as one dispatch, one after the other in one range of threads. */
export interface Kernel {
  /** Values read, by id. */
  readonly reads: readonly number[];
  readonly segments: readonly Segment[];
  /** The ops of the graph that it computes, for reports. */
  readonly ops: readonly OpName[];
}

/** Where a value comes from. */
export type Origin =
  /** `carried`: a carry of a loop's body, in memory where the kernel of the step before wrote all of them (`ScanStep.together`). */
  | { readonly kind: 'input'; readonly index: number; readonly carried: boolean }
  | { readonly kind: 'constant'; readonly data: readonly number[] }
  /** Computed, and the graph's output number `index`. */
  | { readonly kind: 'output'; readonly index: number }
  | { readonly kind: 'temporary' };

/** A row-major array in memory. Its id is its position in the plan's `values`. */
export interface Value {
  readonly size: number;
  readonly origin: Origin;
  /** The step that writes it; −1 for inputs and constants. */
  readonly step: number;
  /** Its position in the results of the loop that writes it; −1 where anything else does. */
  readonly result: number;
  /** The last step that reads it; the number of steps for outputs. */
  readonly lastStep: number;
}

export interface MatmulStep {
  readonly kind: 'matmul';
  readonly a: number;
  readonly b: number;
  readonly out: number;
  readonly sizes: MatmulSizes;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** A loop that the backend drives: the body's plan, once for every step. */
export interface ScanStep {
  readonly kind: 'scan';
  /** Its inputs are constants, carries and one step of each stacked input; its outputs the next carries and one step of each stacked output. */
  readonly body: KernelPlan;
  readonly length: number;
  readonly keepEvery: number;
  /** Values of the surrounding plan. */
  readonly constants: readonly number[];
  readonly carries: readonly number[];
  readonly stacked: readonly number[];
  /**
   * True where one kernel of the body writes all next carries, as its first segments and in their order. The body expects them
   * like this, one after the other in one storage, from the first step on.
   */
  readonly together: boolean;
  /** Values that receive the final carries, then the stacked outputs; undefined where nobody reads one. */
  readonly results: readonly (number | undefined)[];
}

export type KernelStep = { readonly kind: 'kernel'; readonly kernel: Kernel } | MatmulStep | ScanStep;

/** A graph as steps that run in this order. Every output of the graph is a value of its own. */
export interface KernelPlan {
  readonly values: readonly Value[];
  readonly steps: readonly KernelStep[];
  /** Value ids, in the graph's order. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** What a machine can do. */
export interface KernelLimits {
  /** How many storages one kernel may touch, those that it writes included. */
  readonly storages: number;
  /** The storage that a value will lie in: values of one storage count once. */
  storageOf(value: Pick<Value, 'size' | 'origin' | 'step' | 'result'>): string;
  /** Whether a thread may write elements of several values. Where it may not, carries of loops are written together. */
  readonly multipleWrites: boolean;
  /** Which matrix products a library computes. */
  wantsMatmul(sizes: MatmulSizes): boolean;
  /**
   * Operations of one thread that take as long as one more dispatch: computing a value again is preferred to storing it
   * until then. Default: 65,536, for wide machines, on which threads are many.
   */
  readonly dispatch?: number;
}
