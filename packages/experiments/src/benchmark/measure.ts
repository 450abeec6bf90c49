import { compareAnswers, lazyOracle } from './check.ts';
import { clockResolution, type Clock } from './clock.ts';
import type { Column, Prepared } from './column.ts';
import { costOf } from './cost.ts';
import type { HostFacts } from './host/facts.ts';
import { defaultProtocol, type Protocol } from './protocol.ts';
import type { BenchmarkRecord, BenchmarkReport, CheckResult } from './record.ts';
import { summarise } from './statistics.ts';
import type { Workload } from './workloads.ts';

export type BenchmarkEvent =
  /** A column is being built, checked and warmed up. */
  | { readonly kind: 'prepare'; readonly workload: string; readonly column: string }
  /** A sample was taken; `samples` of them so far. */
  | { readonly kind: 'sample'; readonly workload: string; readonly column: string; readonly samples: number }
  /** A cell is finished. */
  | { readonly kind: 'record'; readonly record: BenchmarkRecord };

export interface BenchmarkOptions {
  readonly workloads: readonly Workload[];
  readonly columns: readonly Column[];
  readonly host: HostFacts;
  /** Default: `defaultProtocol`. */
  readonly protocol?: Protocol;
  /** Looked at between samples. What was measured before the abort is in the report. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: BenchmarkEvent) => void;
  /** Default: `performance.now`. */
  readonly clock?: Clock;
  /** Whether records say what a step costs by the op table. Default: false. */
  readonly costs?: boolean;
}

/** What `runBenchmark` measures of a report. */
export type Measurements = Pick<BenchmarkReport, 'host' | 'date' | 'protocol' | 'clockResolution' | 'stopped' | 'records'>;

/** What measuring a cell needs to know besides the cell. */
interface Bench {
  readonly protocol: Protocol;
  readonly clock: Clock;
  /** The least duration of a sample: the protocol's, or 100 times the clock's resolution. */
  readonly sampleMilliseconds: number;
  readonly costs: boolean;
  readonly stopped: () => boolean;
  readonly onEvent: (event: BenchmarkEvent) => void;
}

/** A column that passed its check and is warm. */
interface Cell {
  readonly workload: Workload;
  readonly column: Column;
  readonly prepared: Prepared;
  readonly check: CheckResult;
  readonly firstRunMilliseconds: number;
  readonly warmUpSteps: number;
  /** Steps of one run: the workload's, or fewer where such a run would take too long to be sampled. */
  readonly stepsPerRun: number;
  readonly runsPerSample: number;
  /** Milliseconds. */
  readonly durations: number[];
  /** Milliseconds of a step on the device's own clock, one per sample where it has one. */
  readonly deviceDurations: number[];
  failure: string | null;
}

const STOPPED = 'stopped before it was measured';

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const untimed = (
  workload: Workload,
  column: Column,
  status: 'wrong' | 'n/a',
  reason: string,
  prepared: Prepared | null = null,
  check: CheckResult | null = null,
): BenchmarkRecord => ({
  workload: workload.name,
  column: column.name,
  status,
  reason,
  medianMicroseconds: null,
  minMicroseconds: null,
  maxMicroseconds: null,
  spreadMicroseconds: null,
  deviceMicroseconds: null,
  samples: [],
  stepsPerSample: null,
  warmUpSteps: null,
  path: prepared?.path ?? null,
  software: prepared?.software ?? false,
  unit: prepared?.unit ?? null,
  compileMilliseconds: prepared?.compileMilliseconds ?? null,
  firstRunMilliseconds: null,
  check,
  inputs: workload.inputs,
  outputs: workload.outputs,
  batch: workload.batch,
  members: workload.members,
  task: workload.task,
  flopsPerStep: null,
  bytesPerStep: null,
});

const timed = (cell: Cell): BenchmarkRecord => {
  const { workload, column, prepared, check, stepsPerRun, runsPerSample, warmUpSteps, deviceDurations } = cell;
  const stepsPerSample = runsPerSample * stepsPerRun;
  const samples = cell.durations.map((milliseconds) => (milliseconds * 1000) / (stepsPerSample * workload.members));
  const { median, min, max, spread } = summarise(samples);
  const onDevice = deviceDurations.length === 0 ? 0 : summarise(deviceDurations).median;
  return {
    ...untimed(workload, column, 'n/a', '', prepared, check),
    status: 'ok',
    reason: null,
    medianMicroseconds: median,
    minMicroseconds: min,
    maxMicroseconds: max,
    spreadMicroseconds: spread,
    // 0 only where most runs were shorter than a tick of the device's clock: nothing was measured.
    deviceMicroseconds: onDevice === 0 ? null : (1000 * onDevice) / workload.members,
    samples,
    stepsPerSample,
    warmUpSteps,
    firstRunMilliseconds: cell.firstRunMilliseconds,
  };
};

/** The milliseconds of so many runs. A column that works synchronously is not made to wait for a promise. */
const timeRuns = async (prepared: Prepared, steps: number, runs: number, clock: Clock): Promise<number> => {
  await prepared.enter?.();
  const start = clock();
  for (let i = 0; i < runs; i++) {
    const pending = prepared.run(steps);
    if (pending !== undefined) await pending;
  }
  return clock() - start;
};

/** The part of the ceiling that a run may take where a whole one takes longer than the ceiling. */
const SHORT = 0.1;

/** Lets timers, signals and the screen have their turn. */
const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** Runs that make a sample long enough: the fastest of three tries of that many lasts at least as long as it must. */
const calibrate = async (
  prepared: Prepared,
  steps: number,
  fastestRun: number,
  bench: Bench,
): Promise<{ runs: number; tried: number }> => {
  let runs = 1;
  let tried = 0;
  let fastest = fastestRun;
  while (fastest < bench.sampleMilliseconds) {
    runs *= 2;
    fastest = Infinity;
    for (let attempt = 0; attempt < 3; attempt++) {
      fastest = Math.min(fastest, await timeRuns(prepared, steps, runs, bench.clock));
      tried += runs;
    }
  }
  return { runs, tried };
};

/** The first run of a prepared column, compared with the oracle, and its warm-up: a cell ready to sample, or why not. */
const checkAndWarm = async (
  workload: Workload,
  column: Column,
  prepared: Prepared,
  wanted: () => readonly Float64Array[],
  bench: Bench,
): Promise<Cell | BenchmarkRecord> => {
  const { protocol, clock } = bench;
  const steps = workload.stepsPerRun;
  const firstRun = await timeRuns(prepared, steps, 1, clock);
  const check = compareAnswers(workload, steps, await prepared.answer(), wanted());
  if (!(check.worstError <= check.tolerance)) {
    const reason = `after ${steps} steps ${workload.task === 'training' ? 'a parameter' : 'a prediction'} is ${check.worstError.toExponential(1)} from the oracle's; ${check.tolerance.toExponential(1)} is accepted`;
    return untimed(workload, column, 'wrong', reason, prepared, check);
  }
  const stepsPerRun = firstRun <= protocol.ceiling ? steps : Math.floor((steps * SHORT * protocol.ceiling) / firstRun);
  if (stepsPerRun === 0) {
    const perStep = (milliseconds: number): number => Math.round((milliseconds * 1000) / (steps * workload.members));
    const reason = `too slow to sample: the first run took ${perStep(firstRun)} µs a step`;
    return untimed(workload, column, 'n/a', reason, prepared, check);
  }
  let fastestRun = stepsPerRun === steps ? firstRun : Infinity;
  let elapsed = firstRun;
  let runs = 1;
  while (elapsed < protocol.warmUp) {
    const took = await timeRuns(prepared, steps, 1, clock);
    fastestRun = Math.min(fastestRun, took);
    elapsed += took;
    runs++;
  }
  const calibration = await calibrate(prepared, stepsPerRun, fastestRun, bench);
  const warmUpSteps = runs * steps + calibration.tried * stepsPerRun;
  return {
    workload,
    column,
    prepared,
    check,
    firstRunMilliseconds: firstRun,
    warmUpSteps,
    stepsPerRun,
    runsPerSample: calibration.runs,
    durations: [],
    deviceDurations: [],
    failure: null,
  };
};

/** Disposes of what failed already: a second failure would only hide the first. */
const release = async (prepared: Prepared | null): Promise<void> => {
  try {
    await prepared?.dispose();
  } catch {}
};

const isCell = (outcome: Cell | BenchmarkRecord): outcome is Cell => 'durations' in outcome;

/** Prepares a column; whatever it throws becomes the reason of an n/a. */
const open = async (
  workload: Workload,
  column: Column,
  wanted: () => readonly Float64Array[],
  bench: Bench,
): Promise<Cell | BenchmarkRecord> => {
  let prepared: Prepared | null = null;
  try {
    prepared = await column.prepare(workload);
    const outcome = await checkAndWarm(workload, column, prepared, wanted, bench);
    if (!isCell(outcome)) await prepared.dispose();
    return outcome;
  } catch (error) {
    await release(prepared);
    return untimed(workload, column, 'n/a', message(error), prepared);
  }
};

const wantsMore = ({ durations, failure }: Cell, { protocol }: Bench): boolean =>
  failure === null &&
  durations.length < protocol.maxSamples &&
  (durations.length < protocol.minSamples || durations.reduce((sum, duration) => sum + duration, 0) < protocol.budget);

const sample = async (cell: Cell, bench: Bench): Promise<void> => {
  const { workload, column, prepared, durations } = cell;
  try {
    durations.push(await timeRuns(prepared, cell.stepsPerRun, cell.runsPerSample, bench.clock));
    const onDevice = await prepared.deviceMilliseconds?.(cell.stepsPerRun);
    if (onDevice !== undefined) cell.deviceDurations.push(onDevice);
    bench.onEvent({ kind: 'sample', workload: workload.name, column: column.name, samples: durations.length });
  } catch (error) {
    cell.failure = message(error);
  }
};

/** The record of a cell that gets no more samples. A cell that went wrong after its check shows no time either. */
const close = async (cell: Cell): Promise<BenchmarkRecord> => {
  const { workload, column, prepared, check, durations } = cell;
  try {
    const finite = (await prepared.answer()).every((values) => Array.prototype.every.call(values, Number.isFinite));
    await prepared.dispose();
    if (cell.failure !== null) return untimed(workload, column, 'n/a', cell.failure, prepared, check);
    if (!finite) return untimed(workload, column, 'wrong', 'a parameter is not finite at the end', prepared, check);
    return durations.length === 0 ? untimed(workload, column, 'n/a', STOPPED, prepared, check) : timed(cell);
  } catch (error) {
    return untimed(workload, column, 'n/a', cell.failure ?? message(error), prepared, check);
  }
};

/** One workload: every column is prepared, and then they take samples in turn, so that the machine's drift hits all alike. */
const measureWorkload = async (workload: Workload, columns: readonly Column[], bench: Bench): Promise<BenchmarkRecord[]> => {
  const wanted = lazyOracle(workload);
  const outcomes: (Cell | BenchmarkRecord)[] = [];
  for (const column of columns) {
    if (!bench.stopped()) bench.onEvent({ kind: 'prepare', workload: workload.name, column: column.name });
    outcomes.push(bench.stopped() ? untimed(workload, column, 'n/a', STOPPED) : await open(workload, column, wanted, bench));
    await breathe();
  }

  let active = outcomes.filter(isCell);
  while (active.length > 0 && !bench.stopped()) {
    for (const cell of active) {
      if (bench.stopped()) break;
      await sample(cell, bench);
      await breathe();
    }
    active = active.filter((cell) => wantsMore(cell, bench));
  }

  const records: BenchmarkRecord[] = [];
  const cost = bench.costs ? await costOf(workload) : null;
  for (const outcome of outcomes) {
    const record = {
      ...(isCell(outcome) ? await close(outcome) : outcome),
      flopsPerStep: cost?.flops ?? null,
      bytesPerStep: cost?.bytes ?? null,
    };
    bench.onEvent({ kind: 'record', record });
    records.push(record);
  }
  return records;
};

/** Measures every column on every workload. It rejects for no column's sake: what a column throws is in its record. */
export const runBenchmark = async ({
  workloads,
  columns,
  host,
  protocol = defaultProtocol,
  signal,
  onEvent = () => {},
  clock = () => performance.now(),
  costs = false,
}: BenchmarkOptions): Promise<Measurements> => {
  const date = new Date().toISOString();
  const resolution = clockResolution(clock);
  const stopped = (): boolean => signal?.aborted ?? false;
  const bench: Bench = {
    protocol,
    clock,
    sampleMilliseconds: Math.max(protocol.sample, 100 * resolution),
    costs,
    stopped,
    onEvent,
  };
  const records: BenchmarkRecord[] = [];
  for (const workload of workloads) records.push(...(await measureWorkload(workload, columns, bench)));
  return { host, date, protocol, clockResolution: resolution, stopped: stopped(), records };
};
