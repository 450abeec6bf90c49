import { computed, signal, type ReadonlySignal } from '@preact/signals';
import {
  REPORT_VERSION,
  type BenchmarkRecord,
  type BenchmarkReport,
  type CompileRecord,
  type Peak,
  type Protocol,
} from '@nalu/experiments/benchmark';
import { duration } from '../../design/numbers.ts';
import { addRun } from '../../runs/runs.ts';
import type { Run } from '../../runs/run.ts';
import { hostKnown } from '../../shell/host.ts';
import type { BenchMessage, BenchRequest } from '../../workers/bench.ts';
import { startJob, type Ending, type Job } from '../../workers/startJob.ts';
import { watchPage } from '../../workers/watchPage.ts';
import { compiledBackends, compileTimesOf } from './compiling.ts';
import { factsOf } from './facts.ts';
import { newPace, type Pace } from './pace.ts';
import { freshWorkers, protocols, scalings, type CompareState } from './setup.ts';

/** A run that is being made. */
export interface Measuring {
  readonly pace: Pace;
  /** What is being done. */
  readonly label: string;
  readonly job: Job | null;
}

const state = signal<Measuring | null>(null);
const failure = signal<string | null>(null);

/** The run that is being made; null while none is. It goes on when another view is shown. */
export const measuring: ReadonlySignal<Measuring | null> = state;

/** Why the last run came to no result. */
export const problem: ReadonlySignal<string | null> = failure;

/** Moves while something is measured, for estimates of the time. */
const now = signal(0);

export const progress: ReadonlySignal<{ readonly fraction: number; readonly label: string } | null> = computed(() => {
  const current = state.value;
  if (current === null) return null;
  const { fraction, left } = current.pace.at(now.value);
  return { fraction, label: `${current.label}${left === null ? '' : `, about ${duration(left)} left`}` };
});

/** What has come from the worker. */
interface Received {
  readonly records: BenchmarkRecord[];
  readonly compileTimes: CompileRecord[];
  peaks: readonly Peak[];
  clockResolution: number;
}

const suiteOf = (workloads: readonly string[]): BenchmarkReport['suite'] =>
  scalings.some(({ points }) => points.some(({ workload }) => workloads.includes(workload) && workload !== 'nalu-2-1-b128'))
    ? 'speed'
    : 'training';

const reportOf = (
  request: BenchRequest,
  date: string,
  protocol: Protocol,
  { records, peaks, clockResolution, compileTimes }: Received,
  notes: readonly string[],
  stopped: boolean,
): BenchmarkReport => ({
  format: 'nalu benchmark',
  version: REPORT_VERSION,
  suite: suiteOf(request.workloads),
  host: request.host,
  date,
  protocol,
  clockResolution,
  stopped,
  notes,
  records,
  compileTimes,
  workers: [],
  peaks,
});

/** The sentence for a run without any result. */
const withoutResult = (ending: Ending): string =>
  ending.kind === 'failed'
    ? `The measurement broke down: ${ending.message}.`
    : 'The run was cancelled before a workload was finished: there is nothing to show of it.';

/**
 * Measures what is chosen in a worker of its own, keeps what was measured as a run, and resolves to it; to null where nothing
 * was. What is measured already survives a cancellation.
 */
export const measure = async ({ workloads, columns, effort }: CompareState): Promise<Run | null> => {
  if (state.value !== null) return null;
  failure.value = null;
  const protocol = protocols[effort];
  const pace = newPace(workloads.length, columns.length, protocol);
  state.value = { pace, label: 'starting', job: null };
  const request: BenchRequest = { workloads, columns, protocol, host: factsOf(await hostKnown), roofline: true };
  const date = new Date().toISOString();
  const received: Received = { records: [], compileTimes: [], peaks: [], clockResolution: 0 };
  const page = watchPage();
  const show = (label: string): void => {
    state.value = { pace, label, job };
    now.value = performance.now();
  };
  const hear: { readonly [K in BenchMessage['kind']]: (message: Extract<BenchMessage, { kind: K }>) => void } = {
    peaks: ({ peaks }) => (received.peaks = peaks),
    event: ({ event }) => {
      pace.hear(event, performance.now());
      if (event.kind === 'record') received.records.push(event.record);
      else show(`${event.workload}, ${event.column}: ${event.kind === 'prepare' ? 'warming up' : `${event.samples} samples`}`);
    },
    measured: ({ measurements }) => (received.clockResolution = measurements.clockResolution),
  };
  const job: Job = startJob<BenchRequest, BenchMessage>(
    () => new Worker(new URL('../../workers/bench.ts', import.meta.url), { type: 'module' }),
    request,
    (message) => (hear[message.kind] as (message: BenchMessage) => void)(message),
  );
  show('what this processor can do');
  const timer = setInterval(() => (now.value = performance.now()), 250);
  const ending = await job.ended;
  const toCompile = ending.kind === 'done' ? compiledBackends(request) : [];
  for (const backend of toCompile) {
    const times = await compileTimesOf(backend, freshWorkers[effort], (compiling) => {
      state.value = { pace, label: `compilation, ${backend}`, job: compiling };
    });
    if (times === null) break;
    received.compileTimes.push(times);
  }
  const isWhole = ending.kind === 'done' && received.compileTimes.length === toCompile.length;
  clearInterval(timer);
  const notes = page.stop();
  state.value = null;
  const hasTime = received.records.some(({ status }) => status !== 'n/a');
  if (ending.kind === 'failed' || !(ending.kind === 'done' || hasTime)) failure.value = withoutResult(ending);
  if (received.records.length === 0) return null;
  const report = reportOf(request, date, protocol, received, notes, !isWhole);
  return addRun(`${new Date(date).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })}`, 'measured', report);
};

/** Ends the worker of the run that is being made. */
export const cancel = (): void => state.value?.job?.cancel();
