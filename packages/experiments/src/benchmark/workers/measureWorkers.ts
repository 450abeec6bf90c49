import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { shardedBackend } from '@nalu/core/workers';
import { compareAnswers, lazyOracle } from '../check.ts';
import { backendColumn } from '../columns/backend.ts';
import type { WorkersRow } from '../record.ts';
import type { Workload } from '../workloads.ts';
import type { CopyAnswer, CopyData } from './copyMessages.ts';

export interface WorkersOptions {
  /** Name of the backend. */
  readonly column: string;
  readonly workload: Workload;
  /** At most the workload's members. */
  readonly workers: number;
  /** Address of the module that exports `createBackend`, for the independent copies. */
  readonly backend: string;
  /** Address of the script of its workers. */
  readonly script: string;
  /** Timed rounds; each measures both ways, one after the other. Default: 7. */
  readonly rounds?: number;
  /** The least duration of a measurement in milliseconds. Default: 500. */
  readonly milliseconds?: number;
  readonly signal?: AbortSignal;
  /** Address of the script of an independent copy. Default: the one beside this module. */
  readonly copyScript?: URL;
}

interface Copy {
  /** Milliseconds of so many steps. */
  readonly run: (steps: number) => Promise<number>;
  readonly stop: () => Promise<unknown>;
}

const startCopy = async (script: URL, data: CopyData): Promise<Copy> => {
  const worker = new Worker(script, { workerData: data, execArgv: [] });
  const answered = async (): Promise<number> => {
    const [answer] = (await once(worker, 'message')) as [CopyAnswer];
    if ('error' in answer) throw new Error(`An independent copy failed: ${answer.error}`);
    return answer.milliseconds;
  };
  await answered();
  return {
    run: (steps) => {
      const answer = answered();
      worker.postMessage({ steps }, []);
      return answer;
    },
    stop: () => worker.terminate(),
  };
};

/** Sizes as nearly equal as those of the shares. */
const sharesOf = (members: number, workers: number): readonly number[] =>
  Array.from({ length: workers }, (_, i) => Math.floor(((i + 1) * members) / workers) - Math.floor((i * members) / workers));

/**
 * How much of the throughput of independent copies a population keeps when it is sharded over workers. Both run the same steps
 * with the same backend, in turns; the copies' throughput is the sum of what each reaches while the others run, so that none
 * waits for another.
 */
export const measureWorkers = async (options: WorkersOptions): Promise<WorkersRow> => {
  const { column, workload, workers, backend, script, rounds = 7, milliseconds = 500, signal } = options;
  const { copyScript = new URL('./independentCopy.js', import.meta.url) } = options;
  const { members, stepsPerRun } = workload;
  const start = (): Worker => new Worker(new URL(script), { execArgv: [] });
  const sharded = await backendColumn('sharded', () => shardedBackend({ workers, start })).prepare(workload);
  const shares = sharesOf(members, workers);
  const copies: Copy[] = [];
  try {
    for (const share of shares) copies.push(await startCopy(copyScript, { backend, workload: { ...workload, members: share } }));
    const timeSharded = async (steps: number): Promise<number> => {
      const begin = performance.now();
      await sharded.run(steps);
      return performance.now() - begin;
    };
    await sharded.run(stepsPerRun);
    const check = compareAnswers(workload, stepsPerRun, await sharded.answer(), lazyOracle(workload)());

    // Both warm up as long as they will run.
    let steps = stepsPerRun;
    while ((await timeSharded(steps)) < milliseconds) steps *= 2;
    await Promise.all(copies.map((copy) => copy.run(steps)));

    const throughputs: WorkersRow['rounds'][number][] = [];
    const stopped = (): boolean => signal?.aborted ?? false;
    while (throughputs.length < rounds && !stopped()) {
      const together = (1000 * members * steps) / (await timeSharded(steps));
      const alone = await Promise.all(copies.map(async (copy, i) => (1000 * shares[i]! * steps) / (await copy.run(steps))));
      throughputs.push({ sharded: together, independent: alone.reduce((sum, each) => sum + each, 0) });
    }
    return {
      workload: workload.name,
      column,
      reason: null,
      workers,
      members,
      rounds: throughputs,
      stepsPerRound: steps,
      check,
    };
  } finally {
    await sharded.dispose();
    await Promise.all(copies.map((copy) => copy.stop()));
  }
};
