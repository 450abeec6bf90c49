/** The script of a thread that trains by itself, with a trainer and a backend of its own: what workers are compared with. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Backend } from '@nalu/core';
import { backendColumn } from '../columns/backend.ts';
import type { CopyAnswer, CopyData, CopyRequest } from './copyMessages.ts';

const { backend, workload } = workerData as CopyData;
const { createBackend } = (await import(backend)) as { createBackend(): Promise<Backend> };
const prepared = await backendColumn('copy', createBackend).prepare(workload);

const answer = (message: CopyAnswer): void => parentPort!.postMessage(message, []);

parentPort!.on('message', ({ steps }: CopyRequest) => {
  const start = performance.now();
  void Promise.resolve(prepared.run(steps)).then(
    () => answer({ milliseconds: performance.now() - start }),
    (error: unknown) => answer({ error: String(error) }),
  );
});
answer({ milliseconds: 0 });
