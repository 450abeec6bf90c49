import { broadcastsTo, showShape, sizeOf, stridesOf, type Shape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { MovementAttrs, OpName } from './attrs.ts';
import { mapAll } from './elementwise.ts';
import { Misfit, type Cost, type KernelContext, type Numerics, type OpRow } from './row.ts';
import { broadcastStrides, forEachOffset } from './strided.ts';

const copied: Numerics = { tolerance: { kind: 'ulp', ulp: 0 }, special: 'copies bits' };

const movementCost = ({ shape, inputShapes }: KernelContext<OpName>): Cost => ({
  flops: 0,
  bytes: 4 * (sizeOf(shape) + inputShapes.reduce((total, input) => total + sizeOf(input), 0)),
});

const isPermutation = (perm: readonly number[], rank: number): boolean =>
  perm.length === rank && [...perm].sort((a, b) => a - b).every((axis, i) => axis === i);

/** Sums away the axes that a broadcast added or stretched. */
const unbroadcast = (g: Tensor, shape: Shape): Tensor => {
  const missing = g.rank - shape.length;
  const stretched = g.shape.map((_, axis) => axis).filter((axis) => axis < missing || shape[axis - missing] !== g.shape[axis]);
  return g.sum(stretched).reshape(shape);
};

export const movementRows: { readonly [K in keyof MovementAttrs]: OpRow<K> } = {
  reshape: {
    kind: 'movement',
    formula: 'the same elements in another shape',
    shape: ([x], { shape }) => {
      const valid = shape.every((length) => Number.isInteger(length) && length >= 0);
      if (!valid || sizeOf(shape) !== sizeOf(x!)) {
        throw new Misfit(`${showShape(x!)} has ${sizeOf(x!)} elements and cannot become ${showShape(shape)}.`);
      }
      return shape;
    },
    kernel: (out, [x]) => out.set(x!),
    vjp: ({ inputs: [x], g }) => [g.reshape(x!.shape)],
    derivative: 'reshape back',
    batch: ({ inputs, members, shape, make }) => make('reshape', inputs, { shape: [members, ...shape] }),
    cost: movementCost,
    numerics: copied,
  },
  transpose: {
    kind: 'movement',
    formula: 'axes permuted',
    shape: ([x], { perm }) => {
      if (!isPermutation(perm, x!.length))
        throw new Misfit(`[${perm.join(', ')}] is not a permutation of the ${x!.length} axes of ${showShape(x!)}.`);
      return perm.map((axis) => x![axis]!);
    },
    kernel: (out, [x], { attrs: { perm }, inputShapes, shape }) => {
      const strides = stridesOf(inputShapes[0]!);
      forEachOffset(
        shape,
        perm.map((axis) => strides[axis]!),
        0,
        (index, offset) => {
          out[index] = x![offset]!;
        },
      );
    },
    vjp: ({ attrs: { perm }, g }) => [g.transpose(perm.map((_, axis) => perm.indexOf(axis)))],
    derivative: 'the inverse permutation',
    batch: ({ inputs, attrs: { perm }, make }) => make('transpose', inputs, { perm: [0, ...perm.map((axis) => axis + 1)] }),
    cost: movementCost,
    numerics: copied,
  },
  broadcastTo: {
    kind: 'movement',
    formula: 'repeated along new axes and axes of length 1',
    shape: ([x], { shape }) => {
      if (!broadcastsTo(x!, shape)) throw new Misfit(`${showShape(x!)} does not broadcast to ${showShape(shape)}.`);
      return shape;
    },
    kernel: (out, [x], { inputShapes, shape }) => {
      forEachOffset(shape, broadcastStrides(inputShapes[0]!, shape), 0, (index, offset) => {
        out[index] = x![offset]!;
      });
    },
    vjp: ({ inputs: [x], g }) => [unbroadcast(g, x!.shape)],
    derivative: 'the sum over what was repeated',
    batch: ({ inputs: [x], members, shape, make }) => {
      const own = x!.shape.slice(1);
      const aligned = x!.reshape([members, ...new Array<number>(shape.length - own.length).fill(1), ...own]);
      return make('broadcastTo', [aligned], { shape: [members, ...shape] });
    },
    cost: movementCost,
    numerics: copied,
  },
  slice: {
    kind: 'movement',
    formula: 'elements from start to end − 1 along each axis',
    shape: ([x], { start, end }) => {
      const fits =
        start.length === x!.length &&
        end.length === x!.length &&
        x!.every((length, axis) => 0 <= start[axis]! && start[axis]! <= end[axis]! && end[axis]! <= length);
      if (!fits) throw new Misfit(`[${start.join(', ')}] to [${end.join(', ')}] is not inside ${showShape(x!)}.`);
      return end.map((stop, axis) => stop - start[axis]!);
    },
    kernel: (out, [x], { attrs: { start }, inputShapes, shape }) => {
      const strides = stridesOf(inputShapes[0]!);
      const first = start.reduce((total, at, axis) => total + at * strides[axis]!, 0);
      forEachOffset(shape, strides, first, (index, offset) => {
        out[index] = x![offset]!;
      });
    },
    vjp: ({ inputs: [x], attrs: { start, end }, g }) => [
      g.pad(
        start,
        end.map((stop, axis) => x!.shape[axis]! - stop),
      ),
    ],
    derivative: 'padded with zeros',
    batch: ({ inputs, members, attrs: { start, end }, make }) =>
      make('slice', inputs, { start: [0, ...start], end: [members, ...end] }),
    cost: movementCost,
    numerics: copied,
  },
  pad: {
    kind: 'movement',
    formula: 'with a value added before and after along each axis',
    shape: ([x], { before, after }) => {
      const fits =
        before.length === x!.length &&
        after.length === x!.length &&
        [...before, ...after].every((count) => Number.isInteger(count) && count >= 0);
      if (!fits)
        throw new Misfit(
          `padding [${before.join(', ')}] and [${after.join(', ')}] does not fit ${showShape(x!)}; give one whole number ≥ 0 per axis.`,
        );
      return x!.map((length, axis) => before[axis]! + length + after[axis]!);
    },
    kernel: (out, [x], { attrs: { before, value }, inputShapes, shape }) => {
      out.fill(value);
      const strides = stridesOf(shape);
      const first = before.reduce((total, count, axis) => total + count * strides[axis]!, 0);
      forEachOffset(inputShapes[0]!, strides, first, (index, offset) => {
        out[offset] = x![index]!;
      });
    },
    vjp: ({ inputs: [x], attrs: { before }, g }) => [
      g.slice(
        before,
        before.map((count, axis) => count + x!.shape[axis]!),
      ),
    ],
    derivative: 'the slice without the padding',
    batch: ({ inputs, attrs: { before, after, value }, make }) =>
      make('pad', inputs, { before: [0, ...before], after: [0, ...after], value }),
    cost: movementCost,
    numerics: copied,
  },
  concat: {
    kind: 'movement',
    formula: 'joined along an axis',
    shape: (inputs, { axis }) => {
      const [first] = inputs;
      const fits =
        first !== undefined &&
        axis >= 0 &&
        axis < first.length &&
        inputs.every((shape) => shape.length === first.length && shape.every((length, i) => i === axis || length === first[i]));
      if (!fits)
        throw new Misfit(
          `${inputs.map(showShape).join(', ')} cannot be joined along axis ${axis}: all other lengths must be equal.`,
        );
      return first.map((length, i) => (i === axis ? inputs.reduce((total, shape) => total + shape[axis]!, 0) : length));
    },
    kernel: (out, inputs, { attrs: { axis }, inputShapes, shape }) => {
      const strides = stridesOf(shape);
      let first = 0;
      inputs.forEach((x, i) => {
        forEachOffset(inputShapes[i]!, strides, first, (index, offset) => {
          out[offset] = x[index]!;
        });
        first += inputShapes[i]![axis]! * strides[axis]!;
      });
    },
    vjp: ({ inputs, attrs: { axis }, g }) => {
      let at = 0;
      return inputs.map((input) => {
        const start = g.shape.map((_, i) => (i === axis ? at : 0));
        at += input.shape[axis]!;
        return g.slice(
          start,
          g.shape.map((length, i) => (i === axis ? at : length)),
        );
      });
    },
    derivative: 'the slices',
    batch: (context) => context.make('concat', mapAll(context), { axis: context.attrs.axis + 1 }),
    cost: movementCost,
    numerics: copied,
  },
};
