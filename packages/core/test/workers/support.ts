import { Worker } from 'node:worker_threads';
import { shardedBackend, type ShardedBackend, type ShardedOptions, type WorkerLoss } from '../../src/workers.ts';

/** As published: Node's workers do not go through Vite. */
export const startWorker = (): Worker => new Worker(new URL('worker.mjs', import.meta.url), { execArgv: [], stdout: true });

/** What `worker.mjs` understands. */
export interface Faults {
  readonly counters?: Int32Array;
  /** Ends the worker instead of the runs of these numbers, counted over all workers. */
  readonly dieAtRuns?: readonly number[];
  readonly dieAtStart?: boolean;
  readonly refuse?: boolean;
  /** Milliseconds that every compilation takes longer. */
  readonly slow?: number;
}

export const newCounters = (): Int32Array => new Int32Array(new SharedArrayBuffer(8));

interface Watched {
  readonly backend: ShardedBackend;
  /** Every worker that was started. */
  readonly workers: readonly Worker[];
  readonly losses: readonly WorkerLoss[];
}

const open: ShardedBackend[] = [];

/** A sharded backend of reference kernels. `disposeAll` ends it. */
export const watched = async (workers: number, options: Faults = {}, more: Partial<ShardedOptions> = {}): Promise<Watched> => {
  const started: Worker[] = [];
  const losses: WorkerLoss[] = [];
  const start = (): Worker => {
    const worker = startWorker();
    started.push(worker);
    return worker;
  };
  const backend = await shardedBackend({ workers, start, options, onWorkerLost: (loss) => losses.push(loss), ...more });
  open.push(backend);
  return { backend, workers: started, losses };
};

export const disposeAll = async (): Promise<void> => {
  await Promise.all(open.splice(0).map((backend) => backend.dispose()));
};
