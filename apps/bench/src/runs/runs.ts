import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { BenchmarkReport } from '@nalu/experiments/benchmark';
import type { Origin, Run } from './run.ts';
import { servedRuns } from './served.ts';
import { forgetRun, keepRun, loadRuns } from './storage.ts';
import { messageOf } from '../errors/messageOf.ts';

const own = signal<readonly Run[]>([]);
const served = signal<readonly Run[]>([]);
const trouble = signal<readonly string[]>([]);

/** All runs that this page has, the oldest first. */
export const runs: ReadonlySignal<readonly Run[]> = computed(() =>
  [...served.value, ...own.value].sort((a, b) => a.report.date.localeCompare(b.report.date)),
);

/** What went wrong with keeping runs, as sentences. */
export const storageProblems: ReadonlySignal<readonly string[]> = trouble;

const complain = (sentence: string): void => {
  trouble.value = [...trouble.value, sentence];
};

const isFull = (error: unknown): boolean => error instanceof DOMException && error.name === 'QuotaExceededError';

const loaded = signal(false);

/** Whether the runs of earlier visits are there. */
export const areLoaded: ReadonlySignal<boolean> = loaded;

/** A browser that keeps nothing still measures. */
const load = async (): Promise<void> => {
  const [kept, given] = await Promise.allSettled([loadRuns(), servedRuns()]);
  if (kept.status === 'fulfilled') {
    own.value = [...kept.value.runs, ...own.value];
    trouble.value = [...trouble.value, ...kept.value.problems];
  } else {
    complain(
      `This browser keeps no data of this page (${messageOf(kept.reason)}): runs last until the page is closed. Export those that matter.`,
    );
  }
  if (given.status === 'fulfilled') served.value = given.value;
  else complain(messageOf(given.reason));
  loaded.value = true;
};

void load();

const keep = async (run: Run): Promise<void> => {
  try {
    await keepRun(run);
  } catch (error) {
    complain(
      isFull(error)
        ? `There is no room left to keep “${run.name}”. It lasts until the page is closed: export it, or delete runs that you no longer need and measure again.`
        : `“${run.name}” could not be kept (${messageOf(error)}). It lasts until the page is closed: export it if it matters.`,
    );
  }
};

const newId = (): string =>
  `${Date.now().toString(36)}${Math.floor(Math.random() * 1296)
    .toString(36)
    .padStart(2, '0')}`;

/** Adds a run and keeps it for later visits. It is there at once, even if it cannot be kept. */
export const addRun = (name: string, origin: Exclude<Origin, 'served'>, report: BenchmarkReport): Run => {
  const run: Run = { id: newId(), name, origin, report };
  own.value = [...own.value, run];
  void keep(run);
  return run;
};

export const removeRun = (id: string): void => {
  own.value = own.value.filter((run) => run.id !== id);
  trouble.value = [];
  void forgetRun(id).catch((error: unknown) => complain(`The run could not be deleted (${messageOf(error)}).`));
};
