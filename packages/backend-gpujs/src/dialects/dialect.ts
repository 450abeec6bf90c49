import type { ScalarOp } from '@nalu/core/kernels';
import type { IndexForms } from '../printing/affine.ts';

/** A function that kernels call, in the language that its mode wants. All arguments and results are numbers. */
export interface HelperFunction {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly source: string;
  /** Whether the source is in gpu.js's JavaScript, which it translates, or in the language of the mode's shaders. */
  readonly language: 'gpujs' | 'native';
  /** Names of other helpers that it calls. */
  readonly calls: readonly string[];
}

/** An op as an expression of its arguments. Arguments are names and literals, and may be repeated. */
export type Expression = (...args: readonly string[]) => string;

/** How the statements of a kernel are written for a mode of gpu.js. The text is JavaScript as gpu.js understands it. */
export interface Dialect extends IndexForms {
  /** Whether loop counters become numbers first: gpu.js mixes up the two where whole numbers and others meet in an index. */
  readonly convertsCounters: boolean;
  /** An element of an array that is a parameter of the kernel. */
  element(parameter: string, index: string): string;
  /** A number in single precision, with a sign, not finite or neither. */
  literal(value: number): string;
  readonly ops: { readonly [K in ScalarOp]: Expression };
  /** Ops that are written out as statements, which declare a name, because calls cost more. */
  readonly writtenOut?: { readonly [K in ScalarOp]?: (name: string, args: readonly string[]) => string };
  /** A step of a fold, where it differs from the op of the same name. */
  readonly folds: { readonly add: Expression; readonly mul: Expression };
  /** The result of a fold of sums or products. */
  folded(name: string): string;
  /** Whether `value` should replace `largest` as the largest number: a condition. The first NaN counts as largest. */
  exceeds(value: string, largest: string): string;
  /** 1 if 0 ≤ at < length, else 0. */
  within(at: string, length: number): string;
  /** An index: at, clamped into [0, extent). */
  clampedIndex(at: string, extent: number): string;
  /** An index: a number rounded down and clamped into [0, extent); NaN gives 0. */
  tableIndex(value: string, extent: number): string;
  /** Number `at` of the stream of a key. */
  random(key: readonly string[], at: string): string;
  /** All helpers that expressions of this dialect may call. `random` has one for every length of a key. */
  helper(name: string): HelperFunction | undefined;
}
