import { compileRecord, type CompileRecord, type CompileTimes } from '@nalu/experiments/benchmark';
import { backendNames, type BackendName } from '../../backends/backends.ts';
import type { CompileMessage, CompileRequest } from '../../workers/compile.ts';
import { startJob, type Job } from '../../workers/startJob.ts';
import type { CompareState } from './setup.ts';

/** The workload whose compilation is measured, here as by `nalu bench`. */
const COMPILED = 'nalu-2-1-b128';

/** Compilations of the same graph after the first. */
const AGAIN = 10;

/** The backends whose compilation belongs to a run. */
export const compiledBackends = ({ workloads, columns }: Pick<CompareState, 'workloads' | 'columns'>): readonly BackendName[] =>
  workloads.includes(COMPILED) ? backendNames.filter((name) => columns.includes(name)) : [];

/**
 * How long a backend takes until a training loop is ready, in so many workers one after the other; null when one was cancelled.
 *
 * @param onJob is told of each of them, so that it can be cancelled.
 */
export const compileTimesOf = async (
  backend: BackendName,
  workers: number,
  onJob: (job: Job) => void,
): Promise<CompileRecord | null> => {
  const cell = { workload: COMPILED, column: backend };
  const times: CompileTimes[] = [];
  for (let i = 0; i < workers; i++) {
    const job = startJob<CompileRequest, CompileMessage>(
      () => new Worker(new URL('../../workers/compile.ts', import.meta.url), { type: 'module' }),
      { backend, workload: COMPILED, again: AGAIN },
      (message) => times.push(message.times),
    );
    onJob(job);
    const ending = await job.ended;
    if (ending.kind === 'cancelled') return null;
    if (ending.kind === 'failed') return compileRecord(cell, { reason: ending.message });
  }
  return compileRecord(cell, times);
};
