import type { Tensor } from '@nalu/core';
import { trace } from '@nalu/core/graph';
import type { Check, Measure } from '../check.ts';
import { anyNumber, usualValues } from '../cases/values.ts';
import { runGraph } from '../device.ts';
import { oracle } from '../oracle/oracle.ts';
import { Tally } from '../oracle/tally.ts';

interface Composite {
  readonly name: string;
  readonly f: (x: Tensor) => Tensor;
  /** One row, in double precision, by the definition and without any care for overflow. */
  readonly definition: (row: readonly number[]) => readonly number[];
}

const total = (row: readonly number[]): number => row.reduce((sum, x) => sum + x, 0);

const composites: readonly Composite[] = [
  { name: 'softmax', f: (x) => x.softmax(), definition: (row) => row.map((x) => Math.exp(x) / total(row.map(Math.exp))) },
  { name: 'logSumExp', f: (x) => x.logSumExp(), definition: (row) => [Math.log(total(row.map(Math.exp)))] },
  { name: 'mean', f: (x) => x.mean(-1), definition: (row) => [total(row) / row.length] },
  { name: 'square', f: (x) => x.square(), definition: (row) => row.map((x) => x * x) },
  { name: 'relu', f: (x) => x.relu(), definition: (row) => row.map((x) => Math.max(x, 0)) },
  { name: 'cube', f: (x) => x.pow(3), definition: (row) => row.map((x) => x ** 3) },
  { name: 'inverse square', f: (x) => x.abs().add(1).pow(-2), definition: (row) => row.map((x) => (Math.abs(x) + 1) ** -2) },
];

const ROWS = 9;
const WIDTH = 6;

const composite = ({ name, f, definition }: Composite): Check => ({
  op: 'composites',
  case: name,
  run: async ({ backend }): Promise<Measure> => {
    const tally = new Tally();
    const data = usualValues({ ...anyNumber, usual: [-40, 40] }, ROWS * WIDTH, 8);
    const graph = trace([{ name: 'x', shape: [ROWS, WIDTH] }], (x) => [f(x!)]);
    const [got] = await runGraph(backend, graph, [data]);
    const [bounded] = oracle(graph, [data], 'f32');
    const rows = Array.from({ length: ROWS }, (_, row) => definition(data.slice(row * WIDTH, (row + 1) * WIDTH)));
    tally.compare({
      got: got!,
      expected: { value: Float64Array.from(rows.flat()), error: bounded!.error },
      precision: 'f32',
      describe: (i) => `${name}, element ${i}`,
    });
    return tally.finish();
  },
});

/** Functions made of ops, which a backend may replace by one of its own, against their definitions. */
export const compositeChecks: readonly Check[] = composites.map(composite);
