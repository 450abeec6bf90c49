/** Lengths along each axis, outermost first. `[]` is a scalar. Arrays are row-major. */
export type Shape = readonly number[];

/** Number of elements: the product of the lengths (1 for a scalar). */
export const sizeOf = (shape: Shape): number => {
  let size = 1;
  for (let axis = 0; axis < shape.length; axis++) size *= shape[axis]!;
  return size;
};

export const sameShape = (a: Shape, b: Shape): boolean => {
  if (a.length !== b.length) return false;
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  return true;
};

export const showShape = (shape: Shape): string => `[${shape.join(', ')}]`;

/** Row-major strides in elements. */
export const stridesOf = (shape: Shape): number[] => {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
};

/** NumPy's broadcasting of two shapes, or undefined when they do not fit. */
export const broadcastShapes = (a: Shape, b: Shape): Shape | undefined => {
  const rank = Math.max(a.length, b.length);
  const result: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const lengthA = a[axis - (rank - a.length)] ?? 1;
    const lengthB = b[axis - (rank - b.length)] ?? 1;
    if (lengthA !== lengthB && lengthA !== 1 && lengthB !== 1) return undefined;
    result.push(lengthA === 1 ? lengthB : lengthA);
  }
  return result;
};

/** True when `from` broadcasts to exactly `to` (aligned at the last axis). */
export const broadcastsTo = (from: Shape, to: Shape): boolean => {
  const result = broadcastShapes(from, to);
  return result !== undefined && sameShape(result, to);
};

/** An axis counted from the end when negative. Undefined when out of range. */
export const normalizeAxis = (axis: number, rank: number): number | undefined => {
  const positive = axis < 0 ? axis + rank : axis;
  return Number.isInteger(axis) && positive >= 0 && positive < rank ? positive : undefined;
};
