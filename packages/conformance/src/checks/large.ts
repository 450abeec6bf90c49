import { trace, type FloatArray, type Graph } from '@nalu/core/graph';
import type { Check, Measure } from '../check.ts';
import { runGraph } from '../device.ts';
import { Tally } from '../oracle/tally.ts';

/** More rows than a GPU has workgroups in one dimension (65,535), and more elements than that many groups of 64. */
const [ROWS, COLUMNS] = [65_537, 65];
const COUNT = ROWS * COLUMNS;
/** Of the matrix product. */
const WIDTH = 8;

/** Whole numbers, so that sums are exact in single precision whatever their order. */
const element = (i: number): number => i % 3;

interface Large {
  readonly name: string;
  readonly graph: () => Graph;
  /** The expected number at each place of the output. */
  readonly expected: (i: number) => number;
}

const x = { name: 'x', shape: [ROWS, COLUMNS] };
const countOver = (from: number, step: number, count: number): number => {
  let total = 0;
  for (let k = 0; k < count; k++) total += element(from + k * step);
  return total;
};

const large: readonly Large[] = [
  { name: 'elementwise', graph: () => trace([x], (a) => [a!.mul(2).add(1)]), expected: (i) => 2 * element(i) + 1 },
  { name: 'row sums', graph: () => trace([x], (a) => [a!.sum(1)]), expected: (row) => countOver(row * COLUMNS, 1, COLUMNS) },
  { name: 'column sums', graph: () => trace([x], (a) => [a!.sum(0)]), expected: (column) => countOver(column, COLUMNS, ROWS) },
  { name: 'total', graph: () => trace([x], (a) => [a!.sum(), a!.reduceMax()]), expected: () => countOver(0, 1, COUNT) },
  {
    name: 'transpose',
    graph: () => trace([x], (a) => [a!.transpose()]),
    expected: (i) => element((i % ROWS) * COLUMNS + Math.floor(i / ROWS)),
  },
  {
    name: 'matrix product',
    graph: () => trace([x], (a) => [a!.matmul(a!.slice([0, 0], [COLUMNS, WIDTH]).mul(0).add(1))]),
    expected: (i) => countOver(Math.floor(i / WIDTH) * COLUMNS, 1, COLUMNS),
  },
];

const check = ({ name, graph, expected }: Large): Check => ({
  op: 'large arrays',
  case: name,
  run: async ({ backend }): Promise<Measure> => {
    const tally = new Tally();
    const data = Float32Array.from({ length: COUNT }, (_, i) => element(i));
    const [got]: readonly FloatArray[] = await runGraph(backend, graph(), [data]);
    tally.same(
      got!,
      Float32Array.from(got!, (_, i) => expected(i)),
      (i) => `${name} of ${COUNT} numbers, element ${i}`,
    );
    return tally.finish();
  },
});

/** Arrays of more than four million numbers. For the tier `certify`. */
export const largeChecks: readonly Check[] = large.map(check);
