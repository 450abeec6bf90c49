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

/** What the kernels of a pair read: both columns of x, of one batch or of the batches of so many steps one after the other. */
export const pairData = (workload: Workload): ((steps: number) => Data) => {
  const rows = workload.members * workload.batch;
  const batch = emptyBatch(workload);
  const logs = new Float32Array(batch.x.length);
  const allocate = (batches: number) => {
    const column = (): Float32Array => new Float32Array(batches * rows);
    return { x: [column(), column()], logs: [column(), column()], y: column() } as const;
  };
  const put = ({ x, y }: Batch, at: number, data: ReturnType<typeof allocate>): void => {
    takeLogs(batch, workload, logs);
    for (let row = 0; row < rows; row++) {
      for (const column of [0, 1] as const) {
        data.x[column][at + row] = x[2 * row + column]!;
        data.logs[column][at + row] = logs[2 * row + column]!;
      }
    }
    data.y.set(y, at);
  };
  if (workload.source === 'resident') {
    const data = allocate(1);
    pairDraw(workload, 0, batch);
    put(batch, 0, data);
    return () => data;
  }
  let step = 0;
  return (steps) => {
    const data = allocate(steps);
    for (let index = 0; index < steps; index++) {
      pairDraw(workload, step++, batch);
      put(batch, index * rows, data);
    }
    return data;
  };
};
