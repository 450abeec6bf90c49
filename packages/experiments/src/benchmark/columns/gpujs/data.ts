import { emptyBatch, firstBatch, type Batch } from '../../data.ts';
import type { Workload } from '../../workloads.ts';
import { takeLogs } from '../batch-logs.ts';
import { pairDraw } from '../pair-draw.ts';
import type { Data } from './kernels.ts';

const rowsOf = (values: Float32Array, length: number): Float32Array[] =>
  Array.from({ length: values.length / length }, (_, row) => values.subarray(row * length, (row + 1) * length));

/** What the kernels of a layer read: matrices by row. */
export const layerData = (workload: Workload): ((steps: number) => Data) => {
  const batch = firstBatch(workload);
  const logs = new Float32Array(batch.x.length);
  takeLogs(batch, workload, logs);
  const { inputs, outputs } = workload;
  const data = { x: rowsOf(batch.x, inputs), logs: rowsOf(logs, inputs), y: rowsOf(batch.y, outputs) };
  return () => data;
};

interface PairData {
  readonly x: readonly Float32Array[];
  readonly logs: readonly Float32Array[];
  readonly y: readonly Float32Array[];
}

/** Arrays of so many numbers, one behind the other in memory. */
const arrays = (count: number, length: number): Float32Array[] => rowsOf(new Float32Array(count * length), length);

/** Batch n becomes y[n], and its columns x[2·n] and x[2·n + 1] with their logarithms. */
const put = ({ x, y }: Batch, logs: Float32Array, n: number, data: PairData): void => {
  const [x0, x1] = [data.x[2 * n]!, data.x[2 * n + 1]!];
  const [logs0, logs1] = [data.logs[2 * n]!, data.logs[2 * n + 1]!];
  for (let row = 0; row < x0.length; row++) {
    x0[row] = x[2 * row]!;
    x1[row] = x[2 * row + 1]!;
    logs0[row] = logs[2 * row]!;
    logs1[row] = logs[2 * row + 1]!;
  }
  data.y[n]!.set(y);
};

/** What the kernels of a pair read: the resident batch, or the next so many batches. It is valid until the next call. */
export const pairData = (workload: Workload): ((steps: number) => Data) => {
  const rows = workload.members * workload.batch;
  const batch = emptyBatch(workload);
  const logs = new Float32Array(batch.x.length);
  const allocate = (count: number): PairData => ({
    x: arrays(2 * count, rows),
    logs: arrays(2 * count, rows),
    y: arrays(count, rows),
  });
  let data = allocate(1);
  let step = 0;
  const draw = (steps: number): void => {
    for (let n = 0; n < steps; n++) {
      pairDraw(workload, step++, batch);
      takeLogs(batch, workload, logs);
      put(batch, logs, n, data);
    }
  };
  if (workload.source === 'resident') {
    draw(1);
    return () => data;
  }
  return (steps) => {
    if (data.y.length !== steps) data = allocate(steps);
    draw(steps);
    return data;
  };
};
