import { plus, sizeOf, times, type Affine, type NodeOf } from '@nalu/core/graph';
import type { Code } from '../assembler/encoding.ts';
import { local, v128 } from '../assembler/instructions.ts';
import { transposed } from '../vector/transpose.ts';
import { writeLoop } from './counter.ts';
import { BYTES, type MemoryPlace } from './memory.ts';
import { LANES, Nest } from './nest.ts';
import { writeComputed } from './region.ts';
import { plainPlace, type Scope } from './values.ts';

/** Rows that are read together, in blocks of four by four: what they need of input and output fits the first-level cache. */
const TILES = 8;

/** One block: four rows of the input at `from` become four columns of the output at `to`. */
const writeBlock = (
  scope: Scope,
  source: MemoryPlace,
  from: Affine,
  place: MemoryPlace,
  to: Affine,
  rows: number,
  columns: number,
): Code => {
  const nest = new Nest([], scope.program);
  const [input, output] = [local.get(nest.pointerTo(source, from, 0)), local.get(nest.pointerTo(place, to, 0))];
  const code = nest.at(0);
  const load = (row: number): Code => code.define(v128.load([input], BYTES * row * columns));
  transposed(code, [load(0), load(1), load(2), load(3)]).forEach((column, i) =>
    nest.push(0, v128.store([output, column], BYTES * i * rows)),
  );
  return nest.lines();
};

/** Copies the transposes of matrices, which are too large for the first-level cache. */
export const writeTranspose = (scope: Scope, node: NodeOf<'transpose'>, place: MemoryPlace): Code => {
  const [input] = node.inputs as readonly [number];
  const source = plainPlace(scope, input);
  const [columns, rows] = node.shape.slice(-2) as [number, number];
  if (source === undefined || rows % LANES !== 0 || columns % LANES !== 0) {
    return writeComputed(scope, scope.plan.graph.nodes.indexOf(node), place);
  }
  const { program } = scope;
  const bands = Math.floor(rows / (LANES * TILES));
  const writeBand = (matrix: Affine, firstRow: Affine, tiles: number): Code =>
    writeLoop(program, columns / LANES, (column) =>
      writeLoop(program, tiles, (tile) => {
        const row = plus(firstRow, times(tile, LANES));
        const first = times(matrix, rows * columns);
        const from = plus(first, plus(times(row, columns), times(column, LANES)));
        const to = plus(first, plus(times(column, LANES * rows), row));
        return writeBlock(scope, source, from, place, to, rows, columns);
      }),
    );
  return writeLoop(program, sizeOf(node.shape.slice(0, -2)), (matrix) =>
    writeLoop(program, bands, (band) => writeBand(matrix, times(band, LANES * TILES), TILES)).concat(
      writeBand(matrix, { constant: bands * LANES * TILES, terms: [] }, rows / LANES - bands * TILES),
    ),
  );
};
