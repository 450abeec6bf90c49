import { fitModel, type FitProblem, type FitSettings, type Fitted, type ModelEntry } from '@nalu/experiments';
import type { StartedBackend } from './backends.ts';
import type { Progress } from './output/progress.ts';

/** One training: a model on a problem, on a backend. */
export interface Job {
  readonly problem: FitProblem;
  readonly model: ModelEntry;
  readonly on: StartedBackend;
  readonly settings: FitSettings;
}

/** Does the jobs one after the other until all are done or the signal aborts. An aborted job gives its best state so far. */
export const fitAll = async (jobs: readonly Job[], signal: AbortSignal, progress: Progress): Promise<readonly Fitted[]> => {
  const fitted: Fitted[] = [];
  for (const [
    i,
    {
      problem,
      model,
      on: { entry, backend },
      settings,
    },
  ] of jobs.entries()) {
    if (signal.aborted) break;
    const onProgress = (fraction: number): void =>
      progress.update((i + fraction) / jobs.length, `${problem.name}: ${model.title} on ${entry.name}`);
    const result = await fitModel(problem, model, backend, settings, { signal, onProgress });
    // The modes of one package have one name of their own; here each has another.
    fitted.push({ ...result, run: { ...result.run, backend: entry.name } });
  }
  return fitted;
};
