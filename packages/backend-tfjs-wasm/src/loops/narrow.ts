import { fixed, times, type Affine } from '@nalu/core/graph';
import { joined, type Code } from '../assembler/encoding.ts';
import { f32x4, i32, local, v128 } from '../assembler/instructions.ts';
import { types } from '../assembler/module.ts';
import { multiplyAdd, number, type VectorCode } from '../vector/lanes.ts';
import { transposed } from '../vector/transpose.ts';
import { writeLoop } from './counter.ts';
import { BYTES, loadNeighbours, storeNeighbours } from './memory.ts';
import { LANES, Nest } from './nest.ts';
import { tiled, type Product } from './tiles.ts';
import type { Scope } from './values.ts';

/*
 * Products with fewer columns than a vector has lanes: most of a vector of B's columns would be idle. A training step of NAU-NMU,
 * 100→2→1 with 128 rows, took 8.0 µs that way, and takes 5.0 as here.
 */

/** Whether a product has too few columns to fill a vector. */
export const isNarrow = (n: number): boolean => n > 0 && n < LANES;

/** Totals that a tile keeps in registers, at most: for each number of columns, how many rows, or vectors of rows. */
const DOT_ROWS = [0, 8, 4, 4] as const;
const ROW_VECTORS = [0, 4, 4, 3] as const;

const advance = (pointer: number, by: number): Code => local.set(pointer, i32.add(local.get(pointer), i32.constant(BYTES * by)));

/** Adds up the lanes of at most four vectors; lane i of the result is the sum of vector i. */
const laneSums = (code: VectorCode, vectors: readonly Code[]): Code => {
  const [a, b, c, d] = transposed(code, [
    vectors[0]!,
    vectors[1] ?? vectors[0]!,
    vectors[2] ?? vectors[0]!,
    vectors[3] ?? vectors[0]!,
  ]);
  return f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
};

/** Rows of A times B, both with their inner positions side by side: these fill the lanes. */
const writeDots = (scope: Scope, { a, b, out, n, k }: Product, row: Affine, rows: number): Code => {
  const { program } = scope;
  const nest = new Nest([], program);
  const code = nest.at(0);
  const newVector = (): number => program.writer.local(types.v128);
  const left = nest.pointerTo(a, times(row, k), 0);
  const right = nest.pointerTo(b, fixed(0), 0);
  const result = nest.pointerTo(out, times(row, n), 0);
  const totals = Array.from({ length: rows }, () => Array.from({ length: n }, newVector));
  const columns = Array.from({ length: n }, newVector);
  const element = newVector();
  const addVector = (lanes: number): Code =>
    joined([
      ...columns.map((column, j) => local.set(column, loadNeighbours({ code: local.get(right), offset: BYTES * k * j }, lanes))),
      ...totals.flatMap((line, i) => [
        local.set(element, loadNeighbours({ code: local.get(left), offset: BYTES * k * i }, lanes)),
        ...line.map((total, j) =>
          local.set(total, multiplyAdd(code, local.get(element), local.get(columns[j]!), local.get(total))),
        ),
      ]),
    ]);
  for (const total of totals.flat()) nest.push(0, local.set(total, number(code, 0)));
  nest.push(
    0,
    writeLoop(program, Math.floor(k / LANES), () =>
      joined([addVector(LANES), advance(left, LANES), advance(right, LANES)]),
    ).concat(k % LANES === 0 ? [] : addVector(k % LANES)),
  );
  const all = totals.flat().map((total) => local.get(total));
  for (let first = 0; first < all.length; first += LANES) {
    const some = all.slice(first, first + LANES);
    nest.push(0, storeNeighbours({ code: local.get(result), offset: BYTES * first }, some.length, laneSums(code, some)));
  }
  return nest.lines();
};

/** Rows of op(A), which are side by side in memory: they fill the lanes. */
const writeRows = (scope: Scope, { a, b, out, m, n, k }: Product, row: Affine, rows: number): Code => {
  const { program } = scope;
  const nest = new Nest([], program);
  const code = nest.at(0);
  const newVector = (): number => program.writer.local(types.v128);
  const left = nest.pointerTo(a, row, 0);
  const right = nest.pointerTo(b, fixed(0), 0);
  const result = nest.pointerTo(out, times(row, n), 0);
  const widths = Array.from({ length: Math.ceil(rows / LANES) }, (_, v) => Math.min(LANES, rows - LANES * v));
  const totals = widths.map(() => Array.from({ length: n }, newVector));
  const columns = Array.from({ length: n }, newVector);
  const element = newVector();
  const body = joined([
    ...columns.map((column, j) => local.set(column, v128.load32Splat([local.get(right)], BYTES * j))),
    ...totals.flatMap((line, v) => [
      local.set(element, loadNeighbours({ code: local.get(left), offset: BYTES * LANES * v }, widths[v]!)),
      ...line.map((total, j) =>
        local.set(total, multiplyAdd(code, local.get(element), local.get(columns[j]!), local.get(total))),
      ),
    ]),
    advance(left, m),
    advance(right, n),
  ]);
  const stores = totals.flatMap((line, v) =>
    n === 1
      ? [storeNeighbours({ code: local.get(result), offset: BYTES * LANES * v }, widths[v]!, local.get(line[0]!))]
      : line.flatMap((total, j) =>
          Array.from({ length: widths[v]! }, (_, lane) =>
            v128.store32Lane([local.get(result), local.get(total)], BYTES * (n * (LANES * v + lane) + j), lane),
          ),
        ),
  );
  for (const total of totals.flat()) nest.push(0, local.set(total, number(code, 0)));
  nest.push(0, writeLoop(program, k, () => body).concat(...stores));
  return nest.lines();
};

/** A product with 1 to 3 columns. B has its inner positions side by side where A has them, its columns otherwise. */
export const writeNarrowProduct = (scope: Scope, product: Product): Code => {
  const { m, n, strideInner } = product;
  return strideInner === 1
    ? tiled(scope, m, DOT_ROWS[n]!, (row, rows) => writeDots(scope, product, row, rows))
    : tiled(scope, m, LANES * ROW_VECTORS[n]!, (row, rows) => writeRows(scope, product, row, rows));
};
