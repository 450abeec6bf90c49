import type { Graph } from '../graph/graph.ts';
import type { Shape } from '../tensor/shape.ts';

/** Attributes of an op that has none. */
export type NoAttrs = Readonly<Record<string, never>>;

export interface LeafAttrs {
  readonly input: { readonly name: string; readonly shape: Shape };
  /** One number (of any shape: filled) or as many as the shape holds, row-major. */
  readonly constant: { readonly data: readonly number[]; readonly shape: Shape };
  readonly iota: { readonly axis: number; readonly shape: Shape };
}

export interface UnaryAttrs {
  readonly neg: NoAttrs;
  readonly abs: NoAttrs;
  readonly sign: NoAttrs;
  readonly exp: NoAttrs;
  readonly expm1: NoAttrs;
  readonly log: NoAttrs;
  readonly log1p: NoAttrs;
  readonly sqrt: NoAttrs;
  readonly reciprocal: NoAttrs;
  readonly sin: NoAttrs;
  readonly cos: NoAttrs;
  readonly tanh: NoAttrs;
  readonly sigmoid: NoAttrs;
  readonly softplus: NoAttrs;
  readonly floor: NoAttrs;
  readonly round: NoAttrs;
  readonly isFinite: NoAttrs;
  readonly stopGradient: NoAttrs;
  readonly clamp: { readonly min: number; readonly max: number };
}

export interface BinaryAttrs {
  readonly add: NoAttrs;
  readonly sub: NoAttrs;
  readonly mul: NoAttrs;
  readonly div: NoAttrs;
  readonly pow: NoAttrs;
  readonly min: NoAttrs;
  readonly max: NoAttrs;
  readonly lt: NoAttrs;
  readonly le: NoAttrs;
  readonly eq: NoAttrs;
}

export interface TernaryAttrs {
  readonly where: NoAttrs;
}

export interface ReductionAttrs {
  readonly sum: { readonly axes: readonly number[] };
  readonly prod: { readonly axes: readonly number[] };
  readonly reduceMin: { readonly axes: readonly number[] };
  readonly reduceMax: { readonly axes: readonly number[] };
  readonly argmax: { readonly axis: number };
  readonly exclusiveProd: { readonly axis: number };
}

export interface ContractionAttrs {
  readonly matmul: { readonly transposeA: boolean; readonly transposeB: boolean };
}

export interface MovementAttrs {
  readonly reshape: { readonly shape: Shape };
  readonly transpose: { readonly perm: readonly number[] };
  readonly broadcastTo: { readonly shape: Shape };
  readonly slice: { readonly start: readonly number[]; readonly end: readonly number[] };
  readonly pad: { readonly before: readonly number[]; readonly after: readonly number[]; readonly value: number };
  readonly concat: { readonly axis: number };
}

export interface IndexingAttrs {
  readonly gather: { readonly batchDims: number };
  readonly oneHot: { readonly depth: number };
}

export interface RandomAttrs {
  /** Key [...B, k] → [...B, ...shape]. */
  readonly randomUniform: { readonly shape: Shape };
}

export interface ControlAttrs {
  /**
   * Inputs: constants, then carries, then stacked inputs (first axis = `length`). The body takes the same with one step of
   * each stacked input, and gives the next carries followed by the stacked outputs. Read results with `pick`.
   */
  readonly scan: {
    readonly body: Graph;
    readonly length: number;
    readonly constants: number;
    readonly carries: number;
    /** Keep the stacked outputs of steps keepEvery−1, 2·keepEvery−1, … only. */
    readonly keepEvery: number;
  };
  /** A function with its own derivative. `vjp` takes inputs, output and output's cotangent, and gives one cotangent per input. */
  readonly call: { readonly name: string; readonly body: Graph; readonly vjp: Graph };
  readonly pick: { readonly index: number };
}

/** What each op carries besides its inputs. The keys of this table are the op names; every other table is keyed by them. */
export interface OpAttrs
  extends
    LeafAttrs,
    UnaryAttrs,
    BinaryAttrs,
    TernaryAttrs,
    ReductionAttrs,
    ContractionAttrs,
    MovementAttrs,
    IndexingAttrs,
    RandomAttrs,
    ControlAttrs {}

export type OpName = keyof OpAttrs;
