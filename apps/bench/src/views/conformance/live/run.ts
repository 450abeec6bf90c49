import { signal } from '@preact/signals';
import type { Progress, Report as SuiteReport, Tier } from '@nalu/conformance';
import { backends, type BackendName } from '../../../backends/backends.ts';
import type { ConformanceMessage, ConformanceRequest } from '../../../workers/conformance.ts';
import { startJob, type Ending, type Job } from '../../../workers/startJob.ts';
import { watchPage } from '../../../workers/watchPage.ts';
import type { Report } from '../reports/report.ts';

/** A run that goes on. Times are `performance.now()`. */
export interface Running {
  readonly backend: BackendName;
  readonly tier: Tier;
  readonly started: number;
  /** When the worker last said something. */
  readonly heard: number;
  /** Absent until the backend has started. */
  readonly progress?: Progress;
  readonly job: Job;
}

/** What a reader is told when nothing runs. */
export type Outcome =
  /** `notes`: what makes its time longer than it is, as sentences. */
  | { readonly kind: 'report'; readonly report: Report; readonly notes: readonly string[] }
  | { readonly kind: 'cancelled'; readonly backend: BackendName }
  | { readonly kind: 'failed'; readonly backend: BackendName; readonly message: string };

/** They outlive the view: whoever looks elsewhere meanwhile finds the run, and its report, when they come back. */
export const running = signal<Running | null>(null);
export const outcome = signal<Outcome | null>(null);
/** The newest report of each backend. */
export const live = signal<readonly Report[]>([]);

const packageOf = (name: BackendName): Pick<Report, 'backend' | 'mode'> => {
  const { mode } = backends.find((each) => each.name === name)!;
  return { backend: name.split(':')[0]!, mode };
};

/** A report of the suite in the form that committed ones have. */
const liveReport = (name: BackendName, tier: Tier, report: SuiteReport, date: string): Report => ({
  id: `live-${name.replace(':', '-')}`,
  ...packageOf(name),
  place: 'here',
  tier,
  date,
  machine: report.info.runtime,
  commit: null,
  result: { ...report, seconds: Math.round(report.milliseconds / 100) / 10, soak: null },
});

const update = (change: Partial<Running>): void => {
  if (running.value !== null) running.value = { ...running.value, ...change };
};

/** Starts a run; there is at most one. */
export const start = (backend: BackendName, tier: Tier): void => {
  if (running.peek() !== null) return;
  let report: Report | undefined;
  const job = startJob<ConformanceRequest, ConformanceMessage>(
    () => new Worker(new URL('../../../workers/conformance.ts', import.meta.url), { type: 'module' }),
    { backend, tier },
    (message) => {
      update({ heard: performance.now() });
      if (message.kind === 'progress') update({ progress: message.progress });
      else report = liveReport(backend, tier, message.report, new Date().toISOString().slice(0, 10));
    },
  );
  const now = performance.now();
  outcome.value = null;
  running.value = { backend, tier, started: now, heard: now, job };
  void finish(job, backend, () => report);
};

const outcomeOf = (ending: Ending, backend: BackendName, report: Report | undefined, notes: readonly string[]): Outcome => {
  if (ending.kind === 'cancelled') return { kind: 'cancelled', backend };
  if (ending.kind === 'failed') return { kind: 'failed', backend, message: ending.message };
  if (report === undefined) return { kind: 'failed', backend, message: 'Its worker ended without a report.' };
  return { kind: 'report', report, notes };
};

const finish = async (job: Job, backend: BackendName, report: () => Report | undefined): Promise<void> => {
  const page = watchPage();
  const ending = await job.ended;
  const said = outcomeOf(ending, backend, report(), page.stop());
  running.value = null;
  outcome.value = said;
  if (said.kind === 'report') live.value = [...live.value.filter(({ id }) => id !== said.report.id), said.report];
};
