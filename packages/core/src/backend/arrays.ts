import { DataError } from '../errors.ts';
import type { FloatArray } from '../ops/row.ts';
import { shown } from '../shown.ts';
import { showShape, sizeOf, type Shape } from '../tensor/shape.ts';

/** Values with their shape, row-major. */
export interface TensorData {
  readonly data: FloatArray;
  readonly shape: Shape;
}

/** What functions accept as an array: a number, nested arrays of equal lengths, a typed array (a vector), or values with a shape. */
export type NumericArray = number | FloatArray | NestedNumbers | TensorData;

export type NestedNumbers = readonly (number | NestedNumbers)[];

const isTyped = (value: unknown): value is FloatArray => value instanceof Float32Array || value instanceof Float64Array;

const isTensorData = (value: unknown): value is TensorData =>
  typeof value === 'object' && value !== null && 'data' in value && 'shape' in value;

const flatten = (value: number | NestedNumbers, shape: Shape, path: readonly number[], out: number[]): void => {
  if (path.length === shape.length) {
    if (typeof value !== 'number')
      throw new DataError(
        `Expected a number at position [${path.join(', ')}], but found ${Array.isArray(value) ? 'an array' : shown(value)}.`,
      );
    out.push(value);
    return;
  }
  if (!Array.isArray(value) || value.length !== shape[path.length]) {
    const found = Array.isArray(value) ? `${value.length} entries` : shown(value);
    throw new DataError(
      `The nested array is ragged: position [${path.join(', ')}] has ${found}, but the first has ${shape[path.length]}. All must be equally long.`,
    );
  }
  // `forEach` would skip the holes of an array.
  for (let i = 0; i < value.length; i++) flatten(value[i] as number | NestedNumbers, shape, [...path, i], out);
};

/**
 * Anything array-like as flat values with a shape.
 *
 * @throws DataError when nested arrays are ragged, or the number of values does not fit the shape.
 */
export const toTensorData = (value: NumericArray): TensorData => {
  if (isTyped(value)) return { data: value, shape: [value.length] };
  if (isTensorData(value)) {
    if (value.data.length !== sizeOf(value.shape)) {
      throw new DataError(
        `Shape ${showShape(value.shape)} holds ${sizeOf(value.shape)} numbers, but ${value.data.length} were given.`,
      );
    }
    return value;
  }
  const shape: number[] = [];
  for (let level: unknown = value; Array.isArray(level); level = level[0]) shape.push(level.length);
  const out: number[] = [];
  flatten(value as number | NestedNumbers, shape, [], out);
  return { data: Float64Array.from(out), shape };
};
