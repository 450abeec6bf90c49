import { availableParallelism } from 'node:os';
import type { BenchmarkReport, Workload } from '@nalu/experiments/benchmark';
import { measureWorkers } from '@nalu/experiments/benchmark/workers';
import type { BackendEntry } from '../backends.ts';
import type { Effort } from './protocols.ts';

type WorkersRow = BenchmarkReport['workers'][number];

/** Steps of a call: some 50 ms, rather less than a trainer chooses by itself where other threads do the work. */
const STEPS_PER_CALL = 64;

const STOPPED = 'stopped before it was measured';

/** A backend that computes on the cores of the processor. */
export type CoreBackend = BackendEntry & { readonly worker: string };

export const onCores = (entry: BackendEntry): entry is CoreBackend => entry.worker !== undefined;

/** One worker, twice as many, and so on, and one for every core. */
export const workerCounts = (cores: number = availableParallelism()): readonly number[] => {
  const counts: number[] = [];
  for (let count = 1; count < cores; count *= 2) counts.push(count);
  return [...counts, cores];
};

/** What a population keeps of the throughput of independent copies; what goes wrong becomes the reason. */
export const measureSharing = async (
  { name, package: module, worker }: CoreBackend,
  workload: Workload,
  workers: number,
  { rounds, milliseconds }: Effort['workers'],
  signal: AbortSignal,
): Promise<WorkersRow> => {
  const without = (reason: string): WorkersRow => ({
    workload: workload.name,
    column: name,
    reason,
    workers,
    members: workload.members,
    rounds: [],
    stepsPerRound: 0,
    check: null,
  });
  if (signal.aborted) return without(STOPPED);
  try {
    const row = await measureWorkers({
      column: name,
      workload: { ...workload, stepsPerRun: STEPS_PER_CALL },
      workers,
      backend: import.meta.resolve(module),
      script: import.meta.resolve(worker),
      rounds,
      milliseconds,
      signal,
    });
    const isRight = row.check !== null && row.check.worstError <= row.check.tolerance;
    if (!isRight) return { ...row, reason: 'its answer is wrong', rounds: [] };
    return row.rounds.length === 0 ? without(STOPPED) : row;
  } catch (error) {
    return without(error instanceof Error ? error.message : String(error));
  }
};
