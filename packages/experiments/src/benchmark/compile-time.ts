import { createTrainer, type Backend } from '@nalu/core';
import type { Graph } from '@nalu/core/graph';
import { trainingOf } from './columns/trainer.ts';
import type { CompileRecord } from './record.ts';
import type { Workload } from './workloads.ts';

/** How long a backend that is there already took until a training loop was ready to run, in milliseconds. */
export interface CompileTimes {
  /** From the module and its data to the executable: tracing, derivatives, compilation. The first graph that the backend gets. */
  readonly cold: number;
  /** Of that, the compilation. */
  readonly compilation: number;
  /** Compilations of the same graph again: what a cache of compiled graphs saves shows here. */
  readonly again: readonly number[];
  /** Whether a GPU is imitated in software. */
  readonly software: boolean;
}

/** What several threads measured, one after the other, or the reason why there is nothing. */
export const compileRecord = (
  { workload, column }: Pick<CompileRecord, 'workload' | 'column'>,
  result: readonly CompileTimes[] | { readonly reason: string },
): CompileRecord => {
  const times = 'reason' in result ? [] : result;
  return {
    workload,
    column,
    reason: 'reason' in result ? result.reason : null,
    software: times.some(({ software }) => software),
    cold: times.map(({ cold }) => cold),
    compilation: times.map(({ compilation }) => compilation),
    again: times.flatMap(({ again }) => again),
  };
};

/** Compiles a workload's training loop. For a cold start, nothing else may have run in this thread. */
export const measureCompileTime = async (backend: Backend, workload: Workload, again: number): Promise<CompileTimes> => {
  let first: { readonly graph: Graph; readonly start: number; readonly end: number } | undefined;
  const observed: Backend = {
    ...backend,
    compile: async (graph, options) => {
      const start = performance.now();
      const executable = await backend.compile(graph, options);
      first ??= { graph, start, end: performance.now() };
      return executable;
    },
  };
  const training = trainingOf(workload);
  const begin = performance.now();
  const trainer = createTrainer({ ...training, backend: observed });
  await trainer.run(workload.stepsPerRun);
  const { graph, start, end } = first!;
  const durations: number[] = [];
  for (let i = 0; i < again; i++) {
    const from = performance.now();
    const executable = await backend.compile(graph);
    durations.push(performance.now() - from);
    executable.dispose();
  }
  trainer.dispose();
  return { cold: end - begin, compilation: end - start, again: durations, software: backend.info.softwareAdapter };
};
