import { once } from 'node:events';
import { SHARE_ENV, Worker } from 'node:worker_threads';
import { compileRecord, type CompileRecord, type Workload } from '@nalu/experiments/benchmark';
import type { CompileAnswer, CompileTask } from './compile-thread.ts';

const inThread = async (task: CompileTask): Promise<CompileAnswer> => {
  // Dawn reads the environment of the process: which driver of a GPU to take must reach it from the thread.
  const worker = new Worker(new URL('compile-thread.js', import.meta.url), { workerData: task, env: SHARE_ENV });
  try {
    const [answer] = (await once(worker, 'message')) as [CompileAnswer];
    return answer;
  } finally {
    await worker.terminate();
  }
};

/** Compilations of the same graph after the first. */
const AGAIN = 10;

/** How long a backend takes until a training loop is ready, in so many threads one after the other. */
export const compileTimes = async (
  backend: string,
  workload: Workload,
  threads: number,
  signal: AbortSignal,
): Promise<CompileRecord> => {
  const cell = { workload: workload.name, column: backend };
  const times = [];
  for (let i = 0; i < threads && !signal.aborted; i++) {
    const answer = await inThread({ backend, workload, again: AGAIN }).catch((error: unknown) => ({ problem: String(error) }));
    if ('problem' in answer) return compileRecord(cell, { reason: answer.problem });
    times.push(answer);
  }
  if (times.length === 0) return compileRecord(cell, { reason: 'stopped before it was measured' });
  return compileRecord(cell, times);
};
