import { sizeOf, stridesOf, type Shape } from '../tensor/shape.ts';

/**
 * Calls `visit(outIndex, offset)` for every element of `shape` in row-major order, where offset = start + Σ indexₐ·strideₐ.
 * The one loop behind all movement and reduction kernels.
 */
export const forEachOffset = (
  shape: Shape,
  strides: readonly number[],
  start: number,
  visit: (index: number, offset: number) => void,
): void => {
  const rank = shape.length;
  const position = new Array<number>(rank).fill(0);
  const total = sizeOf(shape);
  let offset = start;
  for (let index = 0; index < total; index++) {
    visit(index, offset);
    for (let axis = rank - 1; axis >= 0; axis--) {
      offset += strides[axis]!;
      position[axis]!++;
      if (position[axis]! < shape[axis]!) break;
      offset -= strides[axis]! * shape[axis]!;
      position[axis] = 0;
    }
  }
};

/** Strides that read a tensor of shape `from` as if it had been broadcast to `to`. */
export const broadcastStrides = (from: Shape, to: Shape): number[] => {
  const strides = stridesOf(from);
  const missing = to.length - from.length;
  return to.map((_, axis) => (axis < missing || from[axis - missing] === 1 ? 0 : strides[axis - missing]!));
};
