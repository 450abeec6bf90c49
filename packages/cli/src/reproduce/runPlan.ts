import { CheckpointError, type Backend } from '@nalu/core';
import { cellName, MnistError, runCell, type CellResult, type Plan, type PlannedCell } from '@nalu/experiments/reproduce';
import { UsageError } from '../usageError.ts';
import type { Progress } from '../output/progress.ts';
import type { KeptResult, Store } from './store.ts';

export interface RunPlanOptions {
  readonly backend: Backend;
  readonly seed: number;
  /** Of this code. */
  readonly commit: string | null;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

const work = ({ runs, steps }: PlannedCell): number => runs * steps;

/** What is there already, by the index of the cell. */
export const finished = async ({ cells }: Plan, store: Store): Promise<Map<number, KeptResult>> => {
  const results = new Map<number, KeptResult>();
  for (const planned of cells) {
    const result = await store.result(planned);
    if (result !== undefined) results.set(planned.index, result);
  }
  return results;
};

const runOne = async (
  planned: PlannedCell,
  store: Store,
  { backend, seed, signal }: RunPlanOptions,
  onProgress: (fraction: number) => void,
): Promise<CellResult | undefined> => {
  const resume = await store.state(planned);
  try {
    return await runCell(planned, {
      backend,
      seed,
      signal,
      onProgress,
      resume,
      save: (state) => store.saveState(planned, state),
    });
  } catch (cause) {
    if (cause instanceof MnistError) throw new UsageError(cause.message, { cause });
    if (!(cause instanceof CheckpointError) || resume === undefined) throw cause;
    throw new UsageError(`${store.stateFile(planned)}: ${cause.message} Delete it to train this cell from the start.`, { cause });
  }
};

/** Runs the cells that have no result yet, one after the other, and keeps each result as soon as it is there. */
export const runPlan = async (
  { cells }: Plan,
  store: Store,
  results: Map<number, KeptResult>,
  options: RunPlanOptions,
): Promise<void> => {
  const total = cells.reduce((sum, planned) => sum + work(planned), 0);
  let done = 0;
  for (const planned of cells) {
    if (options.signal.aborted) return;
    if (!results.has(planned.index)) {
      const show = (fraction: number): void =>
        options.progress.update((done + fraction * work(planned)) / total, cellName(planned.cell));
      show(0);
      const result = await runOne(planned, store, options, show);
      if (result === undefined) return;
      const kept = { ...result, commit: options.commit };
      await store.saveResult(planned, kept);
      results.set(planned.index, kept);
    }
    done += work(planned);
  }
};
