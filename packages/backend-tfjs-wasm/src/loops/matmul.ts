import { fixed, plus, times, type Affine, type NodeOf } from '@nalu/core/graph';
import { sizesOf } from '@nalu/core/loops';
import { joined, type Code } from '../assembler/encoding.ts';
import { control, i32, local, v128 } from '../assembler/instructions.ts';
import { types } from '../assembler/module.ts';
import { multiplyAdd, number } from '../vector/lanes.ts';
import { writeLoop } from './counter.ts';
import { BYTES, loadNeighbours, storeNeighbours, type MemoryPlace } from './memory.ts';
import { LANES, Nest } from './nest.ts';
import { isNarrow, writeNarrowProduct } from './narrow.ts';
import { tiled, type Product } from './tiles.ts';
import type { Scope } from './values.ts';

/** Rows and columns of the result that are computed together: their totals fit the processor's registers. */
const TILE = { rows: 4, columns: 2 * LANES } as const;

/** A strip of B's columns: where it begins, and how far apart its rows are. */
interface Strip {
  readonly place: MemoryPlace;
  readonly stride: number;
}

/** The lanes of the vectors that hold so many columns. */
const widthsOf = (columns: number): readonly number[] =>
  Array.from({ length: Math.ceil(columns / LANES) }, (_, i) => Math.min(LANES, columns - i * LANES));

/** A tile of the result, from a row and column on: for each inner position, its rows of A times its columns of B. */
const writeTile = (
  scope: Scope,
  product: Product,
  strip: Strip,
  row: Affine,
  column: Affine,
  rows: number,
  columns: number,
): Code => {
  const { program } = scope;
  const { writer } = program;
  const { a, out, strideRow, strideInner, n, k } = product;
  const nest = new Nest([], program);
  const left = nest.pointerTo(a, times(row, strideRow), 0);
  const right = nest.pointerTo(strip.place, fixed(0), 0);
  const result = nest.pointerTo(out, plus(times(row, n), column), 0);
  const end = writer.local(types.i32);
  const newVector = (): number => writer.local(types.v128);
  const widths = widthsOf(columns);
  const totals = Array.from({ length: rows }, () => widths.map(newVector));
  const vectors = widths.map(newVector);
  const element = newVector();
  const code = nest.at(0);
  const advance = (pointer: number, by: number): Code =>
    local.set(pointer, i32.add(local.get(pointer), i32.constant(BYTES * by)));
  const body = [
    ...vectors.flatMap((vector, j) =>
      local.set(vector, loadNeighbours({ code: local.get(right), offset: BYTES * LANES * j }, widths[j]!)),
    ),
    ...totals.flatMap((line, i) => [
      ...local.set(element, v128.load32Splat([local.get(left)], BYTES * strideRow * i)),
      ...line.flatMap((total, j) =>
        local.set(total, multiplyAdd(code, local.get(element), local.get(vectors[j]!), local.get(total))),
      ),
    ]),
    ...advance(left, strideInner),
    ...advance(right, strip.stride),
  ];
  return nest.lines().concat(
    totals.flat().flatMap((total) => local.set(total, number(code, 0))),
    local.set(end, i32.add(local.get(right), i32.constant(BYTES * strip.stride * k))),
    control.repeat(body, i32.sub(local.get(right), local.get(end))),
    totals.flatMap((line, i) =>
      line.flatMap((total, j) =>
        storeNeighbours({ code: local.get(result), offset: BYTES * (n * i + LANES * j) }, widths[j]!, local.get(total)),
      ),
    ),
  );
};

/** From so many numbers on, B is larger than the first-level cache, and a strip of it is worth a copy that many rows read. */
const PACKED = { size: 4096, rows: 32 } as const;

/** Copies a strip of B's columns, so that its rows are neighbours in memory. */
const writePacking = (scope: Scope, { n, k }: Product, from: MemoryPlace, to: MemoryPlace, columns: number): Code => {
  const nest = new Nest([], scope.program);
  const [source, target] = [nest.pointerTo(from, fixed(0), 0), nest.pointerTo(to, fixed(0), 0)];
  const copies = widthsOf(columns).flatMap((lanes, j) => {
    const offset = BYTES * LANES * j;
    return storeNeighbours(
      { code: local.get(target), offset },
      lanes,
      loadNeighbours({ code: local.get(source), offset }, lanes),
    );
  });
  const advance = (pointer: number, by: number): Code => local.set(pointer, i32.add(local.get(pointer), BYTES * by));
  const body = joined([copies, advance(source, n), advance(target, TILE.columns)]);
  return nest.lines().concat(writeLoop(scope.program, k, () => body));
};

const writeWideProduct = (scope: Scope, product: Product): Code => {
  const { b, m, n, k } = product;
  const columnsAt = (column: Affine): MemoryPlace => ({ ...b, base: plus(b.base, column) });
  const tile = (strip: Strip, column: Affine, columns: number): Code =>
    tiled(scope, m, TILE.rows, (row, rows) => writeTile(scope, product, strip, row, column, rows, columns));
  if (m < PACKED.rows || n * k < PACKED.size) {
    return tiled(scope, m, TILE.rows, (row, rows) =>
      tiled(scope, n, TILE.columns, (column, columns) =>
        writeTile(scope, product, { place: columnsAt(column), stride: n }, row, column, rows, columns),
      ),
    );
  }
  const place = scope.program.scratch(k * TILE.columns);
  return tiled(scope, n, TILE.columns, (column, columns) =>
    writePacking(scope, product, columnsAt(column), place, columns).concat(
      tile({ place, stride: TILE.columns }, column, columns),
    ),
  );
};

/** A matmul of row-major operands. A may be transposed; B is where the product is narrow and A is not. */
export const writeMatmul = (
  scope: Scope,
  node: NodeOf<'matmul'>,
  place: MemoryPlace,
  [a, b]: readonly [MemoryPlace, MemoryPlace],
): Code => {
  const { batch, m, n, k } = sizesOf(scope.plan.graph, node);
  const [strideRow, strideInner] = node.attrs.transposeA ? [1, m] : [k, 1];
  const shifted = (whole: MemoryPlace, by: Affine): MemoryPlace => ({ ...whole, base: plus(whole.base, by) });
  const writeProduct = isNarrow(n) ? writeNarrowProduct : writeWideProduct;
  return writeLoop(scope.program, batch, (matrix) =>
    writeProduct(scope, {
      a: shifted(a, times(matrix, m * k)),
      b: shifted(b, times(matrix, k * n)),
      out: shifted(place, times(matrix, m * n)),
      strideRow,
      strideInner,
      m,
      n,
      k,
    }),
  );
};

/** A matmul by a library function (batch, m, n, k, A, B, out), of which the last three are addresses. */
export const writeLibraryMatmul = (
  scope: Scope,
  node: NodeOf<'matmul'>,
  place: MemoryPlace,
  operands: readonly [MemoryPlace, MemoryPlace],
): Code => {
  const { batch, m, n, k } = sizesOf(scope.plan.graph, node);
  const nest = new Nest([], scope.program);
  const pointers = [...operands, place].map((each) => local.get(nest.pointerTo(each, fixed(0), 0)));
  const sizes = [batch, m, n, k].map(i32.constant);
  const { module } = scope.program;
  return nest.lines().concat(control.call(module.imported('matmul'), [...sizes, ...pointers]));
};
