/** `@nalu/core/workers`: every core of the machine, with the members of a population shared out among workers. */
export { shardedBackend, type ShardedBackend, type ShardedOptions } from './workers/shardedBackend.ts';
export { serveBackend } from './workers/serveBackend.ts';
export { WorkerDiedError } from './workers/errors.ts';
export type { WorkerLoss } from './workers/lane.ts';
export type { NodeWorker, PageWorker } from './workers/connection.ts';
