import { ArgumentError, ShapeError } from '../errors.ts';
import type { BinaryAttrs, OpAttrs, OpName, ReductionAttrs, UnaryAttrs } from '../ops/attrs.ts';
import { Misfit } from '../ops/row.ts';
import { ops } from '../ops/table.ts';
import { currentLevel, type TraceLevel } from './level.ts';
import { currentLine, currentScope } from './provenance.ts';
import { broadcastShapes, normalizeAxis, sameShape, showShape, sizeOf, type Shape } from './shape.ts';

/** Marks tensors. Objects are recognised by this brand, so that two copies of core in one page understand each other. */
const BRAND = 'nalu.tensor';

/** A tensor or a number, which stands for a scalar constant. */
export type TensorLike = Tensor | number;

export interface ReduceOptions {
  /** Keep the reduced axes with length 1. Default: false. */
  readonly keepDims?: boolean;
}

const NO_ATTRS = {};

/**
 * An immutable symbolic tensor: a handle on a node of a graph that is being traced. It has a shape and no values, and owns no
 * memory. Elementwise methods broadcast as NumPy does.
 */
export class Tensor {
  readonly brand: typeof BRAND = BRAND;
  declare readonly op: OpName;
  declare readonly inputs: readonly Tensor[];
  declare readonly attrs: OpAttrs[OpName];
  declare readonly shape: Shape;
  declare readonly scope: string;
  declare readonly line: string;
  declare readonly level: TraceLevel;

  /** Use `makeTensor` and the functions built on it. */
  constructor(op: OpName, inputs: readonly Tensor[], attrs: OpAttrs[OpName], shape: Shape, scope: string, line: string) {
    this.op = op;
    this.inputs = inputs;
    this.attrs = attrs;
    this.shape = shape;
    this.scope = scope;
    this.line = line;
    this.level = currentLevel();
  }

  get rank(): number {
    return this.shape.length;
  }

  get size(): number {
    return sizeOf(this.shape);
  }

  // Unary ------------------------------------------------------------------------------------------------------------

  neg(): Tensor {
    return unary('neg', this);
  }

  abs(): Tensor {
    return unary('abs', this);
  }

  /** −1, 0 or 1; zeros keep their sign. */
  sign(): Tensor {
    return unary('sign', this);
  }

  exp(): Tensor {
    return unary('exp', this);
  }

  /** exp(x) − 1, accurate near zero. */
  expm1(): Tensor {
    return unary('expm1', this);
  }

  log(): Tensor {
    return unary('log', this);
  }

  /** log(1 + x), accurate near zero. */
  log1p(): Tensor {
    return unary('log1p', this);
  }

  sqrt(): Tensor {
    return unary('sqrt', this);
  }

  reciprocal(): Tensor {
    return unary('reciprocal', this);
  }

  sin(): Tensor {
    return unary('sin', this);
  }

  cos(): Tensor {
    return unary('cos', this);
  }

  tanh(): Tensor {
    return unary('tanh', this);
  }

  sigmoid(): Tensor {
    return unary('sigmoid', this);
  }

  /** log(1 + exp(x)), without overflow. */
  softplus(): Tensor {
    return unary('softplus', this);
  }

  floor(): Tensor {
    return unary('floor', this);
  }

  /** To the nearest whole number, ties to even. */
  round(): Tensor {
    return unary('round', this);
  }

  /** 1 where the value is finite, 0 where it is NaN or infinite. */
  isFinite(): Tensor {
    return unary('isFinite', this);
  }

  /** The same value; no derivative passes. */
  stopGradient(): Tensor {
    return unary('stopGradient', this);
  }

  /** min(max(x, low), high); NaN stays NaN. The derivative is 1 on the boundary. */
  clamp(low: number, high: number): Tensor {
    if (!(low <= high)) throw new ArgumentError(`clamp needs low ≤ high, but low is ${low} and high is ${high}.`);
    return makeTensor('clamp', [this], { min: low, max: high });
  }

  square(): Tensor {
    return this.mul(this);
  }

  /** max(x, 0), with derivative 0 at 0; NaN stays NaN. */
  relu(): Tensor {
    return this.le(0).where(0, this);
  }

  // Binary -----------------------------------------------------------------------------------------------------------

  add(other: TensorLike): Tensor {
    return binary('add', this, other);
  }

  sub(other: TensorLike): Tensor {
    return binary('sub', this, other);
  }

  mul(other: TensorLike): Tensor {
    return binary('mul', this, other);
  }

  div(other: TensorLike): Tensor {
    return binary('div', this, other);
  }

  /**
   * xʸ for x ≥ 0. A whole exponent given as a number (|y| ≤ 16) becomes products and then holds for negative x too.
   */
  pow(exponent: TensorLike): Tensor {
    if (typeof exponent !== 'number' || !Number.isInteger(exponent) || Math.abs(exponent) > 16)
      return binary('pow', this, exponent);
    const power = wholePower(this, Math.abs(exponent));
    return exponent < 0 ? power.reciprocal() : power;
  }

  /** The smaller of two; NaN if either is NaN. */
  min(other: TensorLike): Tensor {
    return binary('min', this, other);
  }

  /** The larger of two; NaN if either is NaN. */
  max(other: TensorLike): Tensor {
    return binary('max', this, other);
  }

  /** 1 where this < other, else 0 (also at NaN). */
  lt(other: TensorLike): Tensor {
    return binary('lt', this, other);
  }

  le(other: TensorLike): Tensor {
    return binary('le', this, other);
  }

  gt(other: TensorLike): Tensor {
    return binary('lt', toTensor(other), this);
  }

  ge(other: TensorLike): Tensor {
    return binary('le', toTensor(other), this);
  }

  eq(other: TensorLike): Tensor {
    return binary('eq', this, other);
  }

  /** This tensor is a 0/1 mask: `a` where it is not 0, `b` elsewhere. */
  where(a: TensorLike, b: TensorLike): Tensor {
    const [mask, whenTrue, whenFalse] = broadcastTogether('where', [this, toTensor(a), toTensor(b)]);
    return makeTensor('where', [mask!, whenTrue!, whenFalse!], NO_ATTRS);
  }

  // Reductions -------------------------------------------------------------------------------------------------------

  /** Sum over the given axes (default: all). */
  sum(axes?: number | readonly number[], options?: ReduceOptions): Tensor {
    return reduce('sum', this, axes, options);
  }

  /** Product over the given axes (default: all). Its derivative is right also where factors are zero. */
  prod(axes?: number | readonly number[], options?: ReduceOptions): Tensor {
    return reduce('prod', this, axes, options);
  }

  reduceMin(axes?: number | readonly number[], options?: ReduceOptions): Tensor {
    return reduce('reduceMin', this, axes, options);
  }

  reduceMax(axes?: number | readonly number[], options?: ReduceOptions): Tensor {
    return reduce('reduceMax', this, axes, options);
  }

  /** Arithmetic mean over the given axes (default: all). */
  mean(axes?: number | readonly number[], options?: ReduceOptions): Tensor {
    const total = reduce('sum', this, axes, options);
    return total.div(this.size / total.size);
  }

  /** Index of the first largest element along an axis, as a number. No derivative. */
  argmax(axis: number = -1): Tensor {
    return makeTensor('argmax', [this], { axis: checkedAxis('argmax', axis, this.rank) });
  }

  /** Element i along the axis: the product of all others. */
  exclusiveProd(axis: number = -1): Tensor {
    return makeTensor('exclusiveProd', [this], { axis: checkedAxis('exclusiveProd', axis, this.rank) });
  }

  /** log Σ exp(x) along an axis, without overflow. */
  logSumExp(axis: number = -1, options?: ReduceOptions): Tensor {
    const largest = this.reduceMax(axis, { keepDims: true }).stopGradient();
    const shift = largest.isFinite().where(largest, 0);
    const result = this.sub(shift).exp().sum(axis, { keepDims: true }).log().add(shift);
    return options?.keepDims ? result : dropAxes(result, [checkedAxis('logSumExp', axis, this.rank)]);
  }

  /** exp(x) / Σ exp(x) along an axis, without overflow. */
  softmax(axis: number = -1): Tensor {
    const shifted = this.sub(this.reduceMax(axis, { keepDims: true }).stopGradient()).exp();
    return shifted.div(shifted.sum(axis, { keepDims: true }));
  }

  // Contraction ------------------------------------------------------------------------------------------------------

  /**
   * Matrix product over the last two axes; leading axes broadcast. [..., m, k] × [..., k, n] → [..., m, n], each operand
   * transposed first if asked.
   */
  matmul(other: Tensor, options?: { readonly transposeA?: boolean; readonly transposeB?: boolean }): Tensor {
    const attrs = { transposeA: options?.transposeA ?? false, transposeB: options?.transposeB ?? false };
    const batch = broadcastShapes(this.shape.slice(0, -2), other.shape.slice(0, -2));
    if (this.rank < 2 || other.rank < 2 || batch === undefined) return makeTensor('matmul', [this, other], attrs);
    return makeTensor(
      'matmul',
      [this.broadcastTo([...batch, ...this.shape.slice(-2)]), other.broadcastTo([...batch, ...other.shape.slice(-2)])],
      attrs,
    );
  }

  // Movement ---------------------------------------------------------------------------------------------------------

  /** The same elements in another shape. One length may be −1 and is worked out. */
  reshape(shape: Shape): Tensor {
    const known = shape.reduce((product, length) => (length === -1 ? product : product * length), 1);
    const rest = this.size / known;
    // What cannot be worked out stays −1, which the check refuses.
    const resolved = shape.map((length) => (length === -1 && Number.isInteger(rest) ? rest : length));
    return sameShape(resolved, this.shape) ? this : makeTensor('reshape', [this], { shape: resolved });
  }

  /** Permutes the axes; default: swaps the last two. */
  transpose(perm?: readonly number[]): Tensor {
    const axes = this.shape.map((_, axis) => axis);
    return makeTensor('transpose', [this], { perm: perm ?? [...axes.slice(0, -2), ...axes.slice(-2).reverse()] });
  }

  broadcastTo(shape: Shape): Tensor {
    return sameShape(shape, this.shape) ? this : makeTensor('broadcastTo', [this], { shape });
  }

  /** Elements from `start` (inclusive) to `end` (exclusive) along every axis. */
  slice(start: readonly number[], end: readonly number[]): Tensor {
    return makeTensor('slice', [this], { start, end });
  }

  pad(before: readonly number[], after: readonly number[], value: number = 0): Tensor {
    return makeTensor('pad', [this], { before, after, value });
  }

  /** A new axis of length 1 before `axis` (counted from the end of the result when negative). */
  unsqueeze(axis: number): Tensor {
    const at = checkedAxis('unsqueeze', axis, this.rank + 1);
    return this.reshape([...this.shape.slice(0, at), 1, ...this.shape.slice(at)]);
  }

  // Indexing ---------------------------------------------------------------------------------------------------------

  /**
   * Rows by index: [...B, m, ...R] and indices [...B, ...I] → [...B, ...I, ...R], with `batchDims` = |B| (default 0). Indices
   * are rounded down and clamped to 0 … m−1; they must be below 2²⁴. No derivative flows to the indices.
   */
  gather(indices: Tensor, batchDims: number = 0): Tensor {
    return makeTensor('gather', [this, indices], { batchDims });
  }

  /** [...] → [..., depth]: 1 where the position equals the index, 0 elsewhere. No derivative. */
  oneHot(depth: number): Tensor {
    return makeTensor('oneHot', [this], { depth });
  }

  /** Result number `index` of an op with several results. */
  pick(index: number): Tensor {
    return makeTensor('pick', [this], { index });
  }

  toString(): string {
    return `Tensor(${this.op} ${showShape(this.shape)})`;
  }

  /** JavaScript's own operators (`x * w`, `if (x > 0)`) would silently compute with NaN. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString();
    throw new ArgumentError(
      `A tensor is symbolic and has no value while a function is traced${sourceOf(currentScope(), currentLine())}. Use its methods instead of operators: x.mul(w) for x * w, x.gt(0).where(a, b) for a condition.`,
    );
  }
}

export const isTensor = (value: unknown): value is Tensor =>
  typeof value === 'object' && value !== null && (value as { brand?: unknown }).brand === BRAND;

const sourceOf = (scope: string, line: string): string =>
  `${scope === '' ? '' : ` in module "${scope}"`}${line === '' ? '' : ` (${line})`}`;

/**
 * Makes a node: checks the shapes by the op's row and records module scope and source line.
 *
 * @throws ShapeError naming op, shapes, module and line when the inputs do not fit.
 */
export const makeTensor = <K extends OpName>(op: K, inputs: readonly Tensor[], attrs: OpAttrs[K]): Tensor => {
  const scope = currentScope();
  const line = currentLine();
  try {
    const shape = ops[op].shape(
      inputs.map((input) => input.shape),
      attrs,
      inputs,
    );
    return new Tensor(op, inputs, attrs, shape, scope, line);
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    throw new ShapeError(`${op}${sourceOf(scope, line)}: ${error.message}`);
  }
};

/** A constant: one number (a scalar), or an array of numbers with its shape (default: a vector). */
export const constant = (value: number | ArrayLike<number>, shape?: Shape): Tensor => {
  const data = typeof value === 'number' ? [value] : Array.from(value);
  const target = shape ?? (typeof value === 'number' ? [] : [data.length]);
  if (data.length !== 1 && data.length !== sizeOf(target)) {
    throw new ShapeError(
      `A constant of shape ${showShape(target)} needs ${sizeOf(target)} numbers or one; it was given ${data.length}.`,
    );
  }
  return makeTensor('constant', [], { data, shape: target });
};

/** A number becomes a scalar constant, a tensor stays itself. */
const toTensor = (value: TensorLike): Tensor => {
  if (isTensor(value)) return value;
  if (typeof value === 'number') return constant(value);
  throw new ArgumentError(`Expected a tensor or a number, but got ${value === null ? 'null' : typeof value}.`);
};

/** 0, 1, 2, … along one axis of the shape. */
export const iota = (shape: Shape, axis: number = -1): Tensor =>
  makeTensor('iota', [], { axis: checkedAxis('iota', axis, shape.length), shape });

/** Joins tensors along an axis. */
export const concat = (tensors: readonly Tensor[], axis: number = 0): Tensor => {
  if (tensors.length === 0) throw new ArgumentError('concat needs at least one tensor; the list is empty.');
  return tensors.length === 1
    ? tensors[0]!
    : makeTensor('concat', tensors, { axis: checkedAxis('concat', axis, tensors[0]!.rank) });
};

/** Joins tensors of one shape along a new axis. */
export const stack = (tensors: readonly Tensor[], axis: number = 0): Tensor =>
  concat(
    tensors.map((tensor) => tensor.unsqueeze(axis)),
    axis,
  );

/**
 * Uniform numbers in [0, 1), multiples of 2⁻²⁴, from a key: a vector of whole numbers below 2²⁴ (seed, member, stream, step).
 * The same key gives the same numbers on every backend (Threefry-2x32; see random/uniform.ts).
 */
export const randomUniform = (key: Tensor, shape: Shape): Tensor => makeTensor('randomUniform', [key], { shape });

/**
 * f(x) where the mask is 1 and `otherwise` elsewhere, with x replaced by `safe` where the mask is 0: no NaN comes back
 * through the branch that was not taken (the "double where").
 */
export const safeWhere = (mask: Tensor, f: (x: Tensor) => Tensor, x: Tensor, safe: number, otherwise: TensorLike): Tensor =>
  mask.where(f(mask.where(x, safe)), otherwise);

const unary = (op: UnaryName, x: Tensor): Tensor => makeTensor(op, [x], NO_ATTRS);

type UnaryName = Exclude<keyof UnaryAttrs, 'clamp'>;

const binary = (op: keyof BinaryAttrs, a: TensorLike, b: TensorLike): Tensor => {
  const [left, right] = broadcastTogether(op, [toTensor(a), toTensor(b)]);
  return makeTensor(op, [left!, right!], NO_ATTRS);
};

const broadcastTogether = (op: OpName, tensors: readonly Tensor[]): readonly Tensor[] => {
  let shape: Shape = [];
  for (const tensor of tensors) {
    const joined = broadcastShapes(shape, tensor.shape);
    if (joined === undefined) {
      const shapes = tensors.map((each) => showShape(each.shape)).join(' and ');
      throw new ShapeError(
        `${op}${sourceOf(currentScope(), currentLine())}: the shapes ${shapes} do not broadcast; aligned at the last axis, lengths must be equal or 1.`,
      );
    }
    shape = joined;
  }
  return tensors.map((tensor) => tensor.broadcastTo(shape));
};

const checkedAxis = (op: string, axis: number, rank: number): number => {
  const normal = normalizeAxis(axis, rank);
  if (normal === undefined) {
    throw new ShapeError(
      `${op}${sourceOf(currentScope(), currentLine())}: there is no axis ${axis} in a tensor of rank ${rank}.`,
    );
  }
  return normal;
};

const dropAxes = (x: Tensor, axes: readonly number[]): Tensor => x.reshape(x.shape.filter((_, axis) => !axes.includes(axis)));

type ReductionName = Exclude<keyof ReductionAttrs, 'argmax' | 'exclusiveProd'>;

const reduce = (op: ReductionName, x: Tensor, axes?: number | readonly number[], options?: ReduceOptions): Tensor => {
  const wanted = axes === undefined ? x.shape.map((_, axis) => axis) : typeof axes === 'number' ? [axes] : axes;
  const normal = [...new Set(wanted.map((axis) => checkedAxis(op, axis, x.rank)))].sort((a, b) => a - b);
  const reduced = normal.length === 0 ? x : makeTensor(op, [x], { axes: normal });
  return options?.keepDims ? reduced.reshape(x.shape.map((length, axis) => (normal.includes(axis) ? 1 : length))) : reduced;
};

const wholePower = (x: Tensor, exponent: number): Tensor => {
  if (exponent === 0) return constant(1).broadcastTo(x.shape);
  if (exponent === 1) return x;
  const half = wholePower(x, exponent >> 1);
  const square = half.mul(half);
  return exponent % 2 === 0 ? square : square.mul(x);
};
