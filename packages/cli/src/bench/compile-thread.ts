/** The script of a thread in which nothing has run: it compiles a workload's training loop once, and again. */
import { parentPort, workerData } from 'node:worker_threads';
import { measureCompileTime, type CompileTimes, type Workload } from '@nalu/experiments/benchmark';
import { chooseBackends } from '../backends.ts';

export interface CompileTask {
  readonly backend: string;
  readonly workload: Workload;
  /** Compilations after the first. */
  readonly again: number;
}

export type CompileAnswer = CompileTimes | { readonly problem: string };

const { backend: name, workload, again } = workerData as CompileTask;
const answer = (message: CompileAnswer): void => parentPort!.postMessage(message, []);

try {
  const backend = await chooseBackends([name])[0]!.create();
  answer(await measureCompileTime(backend, workload, again));
  await backend.dispose();
} catch (error) {
  answer({ problem: error instanceof Error ? error.message : String(error) });
}
