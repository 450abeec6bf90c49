import { once } from 'node:events';
import { SHARE_ENV, Worker } from 'node:worker_threads';
import type { CompileRecord, Workload } from '@nalu/experiments/benchmark';
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
  const base = { workload: workload.name, column: backend, software: false, cold: [], compilation: [], again: [] };
  const times = [];
  for (let i = 0; i < threads && !signal.aborted; i++) {
    const answer = await inThread({ backend, workload, again: AGAIN }).catch((error: unknown) => ({ problem: String(error) }));
    if ('problem' in answer) return { ...base, reason: answer.problem };
    times.push(answer);
  }
  if (times.length === 0) return { ...base, reason: 'stopped before it was measured' };
  return {
    ...base,
    reason: null,
    software: times.some(({ software }) => software),
    cold: times.map(({ cold }) => cold),
    compilation: times.map(({ compilation }) => compilation),
    again: times.flatMap(({ again }) => again),
  };
};
