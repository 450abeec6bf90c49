import type { Shape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { OpAttrs, OpName } from './attrs.ts';

/** Host memory of either precision. Storing into a Float32Array rounds to nearest. */
export type FloatArray = Float32Array | Float64Array;

/** What a kernel knows about the node that it computes. */
export interface KernelContext<K extends OpName> {
  readonly attrs: OpAttrs[K];
  readonly shape: Shape;
  readonly inputShapes: readonly Shape[];
}

/** Computes a node's value into `out`. Inputs and output are row-major and never overlap. */
export type Kernel<K extends OpName> = (out: FloatArray, inputs: readonly FloatArray[], context: KernelContext<K>) => void;

/** The op behind an input: `pick` looks into it. */
export interface Producer {
  readonly op: OpName;
  readonly attrs: OpAttrs[OpName];
}

/** Makes a node; passed to the rules, which would otherwise need the tensor module that needs them. */
export type Make = <K extends OpName>(op: K, inputs: readonly Tensor[], attrs: OpAttrs[K]) => Tensor;

/** What a derivative rule sees: the symbolic inputs and output of the node, and the cotangent `g` of its output. */
export interface VjpContext<K extends OpName> {
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  readonly attrs: OpAttrs[K];
  readonly g: Tensor;
  readonly make: Make;
}

/** What a batching rule sees: inputs, those that are mapped with a leading member axis, and the number of members. */
export interface BatchContext<K extends OpName> {
  readonly inputs: readonly Tensor[];
  readonly mapped: readonly boolean[];
  readonly attrs: OpAttrs[K];
  readonly members: number;
  /** The node's shape for one member. */
  readonly shape: Shape;
  readonly make: Make;
}

/** How far a result may be from the f64 reference. */
export type Tolerance =
  /** At most so many units in the last place of the result, per element. 0: exact. */
  | { readonly kind: 'ulp'; readonly ulp: number }
  /** |error| ≤ γₙ·Σ|terms| with γₙ = n·u/(1 − n·u): sums, products of sums, matmul. */
  | { readonly kind: 'contraction' }
  /** Relative error at most n·ulp units for a product of n factors. */
  | { readonly kind: 'product' };

export interface Numerics {
  readonly tolerance: Tolerance;
  /** Inputs for which the op is defined; outside, the result is NaN. */
  readonly domain?: string;
  /** What happens at special values (NaN, ±0, ±∞) and at kinks, in words. */
  readonly special?: string;
}

export interface Cost {
  /** Floating-point operations, a transcendental function counted as one. */
  readonly flops: number;
  /** Bytes read and written when nothing is fused, at four bytes a number. */
  readonly bytes: number;
}

export type OpKind =
  | 'leaf'
  | 'unary'
  | 'binary'
  | 'ternary'
  | 'reduction'
  | 'contraction'
  | 'movement'
  | 'indexing'
  | 'random'
  | 'control';

/** Everything that the rest of the system knows about one op. */
export interface OpRow<K extends OpName> {
  readonly kind: OpKind;
  /** The formula, as shown in the documentation. */
  readonly formula: string;
  /** Shape of the result. Throws `Misfit` when the inputs do not fit. `producers` are the ops behind the inputs. */
  readonly shape: (inputs: readonly Shape[], attrs: OpAttrs[K], producers: readonly Producer[]) => Shape;
  /** The reference kernel: with Float64Arrays it is the oracle. */
  readonly kernel: Kernel<K>;
  /** One cotangent per input; undefined where no derivative flows. `derivative` says it in words. */
  readonly vjp: (context: VjpContext<K>) => readonly (Tensor | undefined)[];
  readonly derivative: string;
  /** The result for all members, with a leading member axis. Called only when at least one input is mapped. */
  readonly batch: (context: BatchContext<K>) => Tensor;
  readonly cost: (context: KernelContext<K>) => Cost;
  readonly numerics: Numerics;
}

/** Thrown by a shape rule; tracing turns it into a ShapeError with op, module and line. */
export class Misfit extends Error {}
