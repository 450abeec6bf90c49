import { fixed, variable, type Affine, type Index } from '../graph/views.ts';
import { sizeOf, type Shape } from '../tensor/shape.ts';
import type { LoopSettings } from './settings.ts';

/** Which axes of a tensor are loops, outermost first, and which are unrolled. Axes of length 1 are neither. */
export interface Layout {
  readonly loops: readonly number[];
  readonly lanes: readonly number[];
}

export const layoutOf = (shape: Shape, { small, longest = small, lanes: most }: LoopSettings): Layout => {
  const long = shape.map((_, axis) => axis).filter((axis) => shape[axis] !== 1);
  if (sizeOf(shape) === 0)
    return { loops: long.filter((axis) => shape[axis] !== 0), lanes: long.filter((axis) => shape[axis] === 0) };
  if (sizeOf(shape) <= small && shape.every((length) => length <= longest)) return { loops: [], lanes: long };
  let first = long.length;
  let size = 1;
  while (first > 0 && size * shape[long[first - 1]!]! <= most) size *= shape[long[--first]!]!;
  return { loops: long.slice(0, first), lanes: long.slice(first) };
};

/** Loop k of a region runs over this variable. */
export const loopVariable = (k: number): string => `i${k}`;

/** An unrolled axis, where an index is studied before it is unrolled. */
export const laneVariable = (axis: number): string => `l${axis}`;

export const isLane = (name: string): boolean => name.startsWith('l');

/** The index of the element that a loop nest is at, with unrolled axes as variables. */
export const symbolicIndex = (shape: Shape, { loops, lanes }: Layout): Index => ({
  shape,
  axes: shape.map((length, axis): Affine => {
    if (loops.includes(axis)) return variable(loopVariable(loops.indexOf(axis)), length);
    return lanes.includes(axis) ? variable(laneVariable(axis), length) : fixed(0);
  }),
});

/** All positions in a box of these lengths, in row-major order. */
export const positions = (lengths: readonly number[]): readonly (readonly number[])[] => {
  let all: readonly (readonly number[])[] = [[]];
  for (const length of lengths) {
    const longer: number[][] = [];
    for (const position of all) for (let i = 0; i < length; i++) longer.push([...position, i]);
    all = longer;
  }
  return all;
};

/** The indices of all unrolled elements at one point of the loops, given as a position per loop. */
export const laneIndices = (shape: Shape, { loops, lanes }: Layout, point: readonly Affine[]): readonly Index[] =>
  positions(lanes.map((axis) => shape[axis]!)).map((position) => ({
    shape,
    axes: shape.map((_, axis): Affine => {
      if (loops.includes(axis)) return point[loops.indexOf(axis)]!;
      return fixed(lanes.includes(axis) ? position[lanes.indexOf(axis)]! : 0);
    }),
  }));

export const spaceOf = (shape: Shape, loops: readonly number[]): Shape => loops.map((axis) => shape[axis]!);
