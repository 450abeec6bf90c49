import { toTensorData, type NumericArray } from '../backend/arrays.ts';
import type { Precision } from '../backend/contract.ts';
import { DataError } from '../errors.ts';
import type { FloatArray } from '../ops/row.ts';
import { uniform } from '../random/uniform.ts';
import { streamOf } from '../random/stream.ts';
import { showShape } from '../tensor/shape.ts';
import type { Rows } from './batches.ts';
import { toPrecision } from './pool.ts';
import type { NamedTensor } from './snapshot.ts';

/** A vector is one column when the module wants one. */
const asMatrix = (name: string, value: NumericArray, columns: number, role: string): NamedTensor => {
  const { data, shape } = toTensorData(value);
  const matrix = shape.length === 1 && (columns === 1 || shape[0] === 0) ? [shape[0]!, columns] : shape;
  if (matrix.length === 2 && matrix[0] === 0) throw new DataError(`${name} is empty: there must be at least one row.`);
  if (matrix.length !== 2 || matrix[1] !== columns) {
    throw new DataError(
      `${name} has shape ${showShape(shape)}, but the module has ${columns} ${role}: ${name} must have shape [rows, ${columns}]. For flat data pass { data, shape }.`,
    );
  }
  return { data, shape: matrix };
};

/** x − x is 0 for finite x and NaN for all others. Their sum is known ten times sooner than who spoils it. */
const areFinite = (values: FloatArray): boolean => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    sum += value - value;
  }
  return sum === 0;
};

const checkFinite = (name: string, given: FloatArray, rounded: FloatArray, columns: number): void => {
  if (areFinite(rounded)) return;
  const index = rounded.findIndex((value) => !Number.isFinite(value));
  const value = given[index]!;
  const place = `row ${Math.floor(index / columns)}, column ${index % columns} (both counted from 0)`;
  if (Number.isFinite(value))
    throw new DataError(
      `${name} has ${value} in ${place}, which is too large for single precision. Scale the data, or use precision 'f64'.`,
    );
  throw new DataError(`${name} has ${value} in ${place}. Remove or repair that row: only finite numbers can be computed with.`);
};

/**
 * Checks a matrix of numbers and copies it in the given precision.
 *
 * @param name `x` or `y`, for messages.
 * @param role what the columns are, for messages: `inputs` or `outputs`.
 * @throws DataError for no rows, another number of columns, ragged rows, and values that are not finite, with row and column.
 */
export const checkedMatrix = (
  name: string,
  value: NumericArray,
  columns: number,
  role: string,
  precision: Precision,
): NamedTensor => {
  const { data, shape } = asMatrix(name, value, columns, role);
  const rounded = toPrecision(data, precision);
  checkFinite(name, data, rounded, columns);
  return { data: rounded, shape };
};

/**
 * Checks examples: x [rows, inputs] and y [rows, outputs].
 *
 * @throws DataError, see `checkedMatrix`, and for different numbers of rows.
 */
export const checkedRows = (
  x: NumericArray,
  y: NumericArray,
  sizes: { readonly inputs: number; readonly outputs: number },
  precision: Precision,
): Rows => {
  const rows = {
    x: checkedMatrix('x', x, sizes.inputs, 'inputs', precision),
    y: checkedMatrix('y', y, sizes.outputs, 'outputs', precision),
  };
  const [rowsX, rowsY] = [rows.x.shape[0]!, rows.y.shape[0]!];
  if (rowsX !== rowsY) throw new DataError(`x has ${rowsX} rows, but y has ${rowsY}. Each row of x needs one row of y.`);
  return rows;
};

const take = ({ data, shape }: NamedTensor, rows: readonly number[]): NamedTensor => {
  const columns = shape[1]!;
  const out = data.slice(0, rows.length * columns);
  rows.forEach((row, i) => out.set(data.subarray(row * columns, (row + 1) * columns), i * columns));
  return { data: out, shape: [rows.length, columns] };
};

/** 0 … n−1 in an order that the seed decides (Fisher and Yates). */
const shuffled = (n: number, seed: number): readonly number[] => {
  const order = Array.from({ length: n }, (_, i) => i);
  const random = uniform(seed, 0, streamOf('validation rows'), 0, n);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(random[i]! * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
};

/**
 * Sets a share of the rows aside, chosen at random by the seed: at least one, and at least one remains.
 *
 * @throws DataError when there is only one row.
 */
export const splitRows = (
  { x, y }: Rows,
  fraction: number,
  seed: number,
): { readonly training: Rows; readonly validation: Rows } => {
  const n = x.shape[0]!;
  if (n < 2)
    throw new DataError('One row cannot be split into training and validation rows. Give more rows, or pass validation: false.');
  const aside = Math.min(n - 1, Math.max(1, Math.round(n * fraction)));
  const order = shuffled(n, seed);
  const ascending = (rows: readonly number[]): readonly number[] => [...rows].sort((a, b) => a - b);
  const pick = (rows: readonly number[]): Rows => ({ x: take(x, rows), y: take(y, rows) });
  return { training: pick(ascending(order.slice(aside))), validation: pick(ascending(order.slice(0, aside))) };
};
