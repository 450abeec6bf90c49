import type { Batch } from '../data.ts';
import type { Workload } from '../workloads.ts';

/** log(|x| + ε) of a batch, in the order of x. */
export type BatchLogs = Float32Array;

/** Recomputed for every drawn batch, computed once for a resident one. */
export const takeLogs = ({ x }: Batch, { logEpsilon }: Workload, out: BatchLogs): void => {
  for (let i = 0; i < out.length; i++) out[i] = Math.log(Math.abs(x[i]!) + logEpsilon);
};
