import { sizeOf, stridesOf, type Shape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { OpName, ReductionAttrs } from './attrs.ts';
import { mapAll } from './elementwise.ts';
import { Misfit, type Cost, type Kernel, type KernelContext, type Make, type Numerics, type OpRow } from './row.ts';
import { forEachOffset } from './strided.ts';

type AxesOp = Exclude<keyof ReductionAttrs, 'argmax' | 'exclusiveProd'>;

const checkAxes = (shape: Shape, axes: readonly number[]): void => {
  const fits = axes.every(
    (axis, i) => Number.isInteger(axis) && axis >= 0 && axis < shape.length && (i === 0 || axis > axes[i - 1]!),
  );
  if (!fits) throw new Misfit(`axes [${axes.join(', ')}] must be ascending and within a tensor of rank ${shape.length}.`);
};

const without = (shape: Shape, axes: readonly number[]): Shape => shape.filter((_, axis) => !axes.includes(axis));
const only = (shape: readonly number[], axes: readonly number[]): number[] => axes.map((axis) => shape[axis]!);

/** Folds in ascending row-major order, in double precision. */
const foldKernel =
  (start: number, fold: (total: number, x: number) => number): Kernel<AxesOp> =>
  (out, [x], { attrs: { axes }, inputShapes }) => {
    const shape = inputShapes[0]!;
    const strides = stridesOf(shape);
    const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
    const innerShape = only(shape, axes);
    const innerStrides = only(strides, axes);
    forEachOffset(only(shape, kept), only(strides, kept), 0, (index, offset) => {
      let total = start;
      forEachOffset(innerShape, innerStrides, offset, (_, inner) => {
        total = fold(total, x![inner]!);
      });
      out[index] = total;
    });
  };

/** A reduced tensor in the input's shape again. */
const spread = (reduced: Tensor, shape: Shape, axes: readonly number[]): Tensor =>
  reduced.reshape(shape.map((length, axis) => (axes.includes(axis) ? 1 : length))).broadcastTo(shape);

const reductionCost = ({ inputShapes, shape }: KernelContext<OpName>): Cost => ({
  flops: sizeOf(inputShapes[0]!),
  bytes: 4 * (sizeOf(inputShapes[0]!) + sizeOf(shape)),
});

const axesRow = <K extends AxesOp>(
  op: K,
  kernel: Kernel<AxesOp>,
  spec: {
    readonly formula: string;
    readonly vjp: OpRow<K>['vjp'];
    readonly derivative: string;
    readonly numerics: Numerics;
    readonly emptyAllowed: boolean;
  },
): OpRow<K> => ({
  kind: 'reduction',
  formula: spec.formula,
  shape: ([x], attrs) => {
    const { axes } = attrs as { axes: readonly number[] };
    checkAxes(x!, axes);
    if (!spec.emptyAllowed && only(x!, axes).includes(0))
      throw new Misfit('an axis of length 0 has no smallest or largest element.');
    return without(x!, axes);
  },
  kernel: kernel as unknown as Kernel<K>,
  vjp: spec.vjp,
  derivative: spec.derivative,
  batch: (context) => {
    const { axes } = context.attrs as { axes: readonly number[] };
    return context.make<AxesOp>(op, mapAll(context), { axes: axes.map((axis) => axis + 1) });
  },
  cost: reductionCost,
  numerics: spec.numerics,
});

const toWinners = (x: Tensor, output: Tensor, g: Tensor, axes: readonly number[]): Tensor => {
  const wins = x.eq(spread(output, x.shape, axes));
  const share = g.div(wins.sum(axes));
  return wins.where(spread(share, x.shape, axes), 0);
};

/** Per element, the product of all others over these axes. Several axes are merged into one, where exclusiveProd works. */
const productOfOthers = (x: Tensor, axes: readonly number[]): Tensor => {
  if (axes.length === 1) return x.exclusiveProd(axes[0]);
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const perm = [...kept, ...axes];
  const moved = x.transpose(perm);
  const merged = moved.reshape([...only(x.shape, kept), sizeOf(only(x.shape, axes))]);
  const others = merged.exclusiveProd(-1).reshape(moved.shape);
  const inverse = perm.map((_, axis) => perm.indexOf(axis));
  return others.transpose(inverse);
};

const productVjp = (x: Tensor, g: Tensor, axes: readonly number[]): Tensor =>
  productOfOthers(x, axes).mul(spread(g, x.shape, axes));

const argmaxKernel: Kernel<'argmax'> = (out, [x], { attrs: { axis }, inputShapes }) => {
  const shape = inputShapes[0]!;
  const strides = stridesOf(shape);
  const kept = shape.map((_, each) => each).filter((each) => each !== axis);
  forEachOffset(only(shape, kept), only(strides, kept), 0, (index, offset) => {
    let best = 0;
    for (let i = 1; i < shape[axis]!; i++) {
      const candidate = x![offset + i * strides[axis]!]!;
      const leader = x![offset + best * strides[axis]!]!;
      if (candidate > leader || (Number.isNaN(candidate) && !Number.isNaN(leader))) best = i;
    }
    out[index] = best;
  });
};

const exclusiveProdKernel: Kernel<'exclusiveProd'> = (out, [x], { attrs: { axis }, shape }) => {
  const strides = stridesOf(shape);
  const kept = shape.map((_, each) => each).filter((each) => each !== axis);
  const stride = strides[axis]!;
  const length = shape[axis]!;
  const before = new Float64Array(length);
  forEachOffset(only(shape, kept), only(strides, kept), 0, (_, offset) => {
    let product = 1;
    for (let i = 0; i < length; i++) {
      before[i] = product;
      product *= x![offset + i * stride]!;
    }
    product = 1;
    for (let i = length - 1; i >= 0; i--) {
      out[offset + i * stride] = before[i]! * product;
      product *= x![offset + i * stride]!;
    }
  });
};

/**
 * exclusiveProd's own derivative, for second derivatives: y_i = Π_k where(i = k, 1, x_k) is a plain product over k of a
 * matrix, whose derivative is exclusiveProd of that matrix.
 */
const exclusiveProdVjp = (x: Tensor, g: Tensor, axis: number, make: Make): Tensor => {
  const last = x.rank - 1;
  const perm = [...x.shape.map((_, each) => each).filter((each) => each !== axis), axis];
  const moved = x.transpose(perm);
  const length = x.shape[axis]!;
  const square = [...moved.shape.slice(0, last), length, length];
  const diagonal = make('iota', [], { axis: 0, shape: [length, length] }).eq(
    make('iota', [], { axis: 1, shape: [length, length] }),
  );
  const matrix = diagonal.where(1, moved.unsqueeze(-2).broadcastTo(square));
  const perElement = g.transpose(perm).unsqueeze(-1).mul(matrix.exclusiveProd(-1));
  const inverse = perm.map((_, each) => perm.indexOf(each));
  return diagonal.where(0, perElement).sum(last).transpose(inverse);
};

export const reductionRows: { readonly [K in keyof ReductionAttrs]: OpRow<K> } = {
  sum: axesRow(
    'sum',
    foldKernel(0, (total, x) => total + x),
    {
      formula: 'Σ x over the axes',
      vjp: ({ inputs: [x], attrs, g }) => [spread(g, x!.shape, attrs.axes)],
      derivative: '1',
      numerics: { tolerance: { kind: 'contraction' }, special: 'an empty sum is 0' },
      emptyAllowed: true,
    },
  ),
  prod: axesRow(
    'prod',
    foldKernel(1, (total, x) => total * x),
    {
      formula: 'Π x over the axes',
      vjp: ({ inputs: [x], attrs, g }) => [productVjp(x!, g, attrs.axes)],
      derivative: 'the product of the others, right at zeros too',
      numerics: { tolerance: { kind: 'product' }, special: 'an empty product is 1' },
      emptyAllowed: true,
    },
  ),
  reduceMin: axesRow('reduceMin', foldKernel(Infinity, Math.min), {
    formula: 'min x over the axes',
    vjp: ({ inputs: [x], output, attrs, g }) => [toWinners(x!, output, g, attrs.axes)],
    derivative: '1 for the smallest; ties share',
    numerics: { tolerance: { kind: 'ulp', ulp: 0 }, special: 'NaN if any is NaN' },
    emptyAllowed: false,
  }),
  reduceMax: axesRow('reduceMax', foldKernel(-Infinity, Math.max), {
    formula: 'max x over the axes',
    vjp: ({ inputs: [x], output, attrs, g }) => [toWinners(x!, output, g, attrs.axes)],
    derivative: '1 for the largest; ties share',
    numerics: { tolerance: { kind: 'ulp', ulp: 0 }, special: 'NaN if any is NaN' },
    emptyAllowed: false,
  }),
  argmax: {
    kind: 'reduction',
    formula: 'index of the first largest x along the axis',
    shape: ([x], { axis }) => {
      checkAxes(x!, [axis]);
      if (x![axis] === 0) throw new Misfit('an axis of length 0 has no largest element.');
      return without(x!, [axis]);
    },
    kernel: argmaxKernel,
    vjp: () => [undefined],
    derivative: '0',
    batch: (context) => context.make('argmax', mapAll(context), { axis: context.attrs.axis + 1 }),
    cost: reductionCost,
    numerics: { tolerance: { kind: 'ulp', ulp: 0 }, special: 'the first NaN counts as largest' },
  },
  exclusiveProd: {
    kind: 'reduction',
    formula: 'yᵢ = Π xⱼ over j ≠ i along the axis',
    shape: ([x], { axis }) => {
      checkAxes(x!, [axis]);
      return x!;
    },
    kernel: exclusiveProdKernel,
    vjp: ({ inputs: [x], attrs, g, make }) => [exclusiveProdVjp(x!, g, attrs.axis, make)],
    derivative: 'the product of all but two',
    batch: (context) => context.make('exclusiveProd', mapAll(context), { axis: context.attrs.axis + 1 }),
    cost: ({ shape }) => ({ flops: 3 * sizeOf(shape), bytes: 8 * sizeOf(shape) }),
    numerics: { tolerance: { kind: 'product' }, special: 'no division: zeros are no special case' },
  },
};
