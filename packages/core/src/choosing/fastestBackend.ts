import type { Backend, BackendInfo, Path } from '../backend/contract.ts';
import { ArgumentError, NoBackendError } from '../errors.ts';
import type { Graph } from '../graph/graph.ts';
import type { Module } from '../modules/contract.ts';
import { checkOptionNames, type OptionNames } from '../options.ts';
import {
  checkCandidates,
  discard,
  PATIENCE,
  problemOf,
  startCandidate,
  type BackendCandidate,
  type Patience,
} from './candidates.ts';
import { firstMistake, type Expected } from './judge.ts';
import { measurementOf, type Measurement, type Timing } from './measure.ts';
import { within } from './within.ts';
import { workloadOf, type Subject, type Workload, type WorkloadOptions } from './workload.ts';

export interface FastestOptions extends WorkloadOptions {
  /** Milliseconds of warming up and measuring per candidate; starting and compiling come on top. Default: 1000. */
  readonly budget?: number;
  /** Milliseconds that starting, compiling and any one answer may take. Default: 30,000. */
  readonly patience?: number;
  /** Gives up; everything that was started is disposed of. */
  readonly signal?: AbortSignal;
  /** Called before each candidate is started. */
  readonly onCandidate?: (index: number) => void;
}

const optionNames: OptionNames<FastestOptions> = {
  inputs: true,
  batch: true,
  population: true,
  seed: true,
  precision: true,
  budget: true,
  patience: true,
  signal: true,
  onCandidate: true,
};

/** What became of one candidate. */
export interface CandidateResult {
  readonly name: string;
  /**
   * `tied`: the noise does not tell it from the chosen one, which comes first in the list. `wrong`: it computes something else
   * than the oracle, and is never chosen. `failed`: it started, and then threw, lost its device or gave no answer.
   * `unavailable`: it did not start.
   */
  readonly status: 'chosen' | 'tied' | 'slower' | 'wrong' | 'failed' | 'unavailable';
  /** Why, in one sentence. */
  readonly reason: string;
  /** What would help; empty where nothing is known. */
  readonly remedy: string;
  /** Null where it did not start. */
  readonly info: BackendInfo | null;
  /** Microseconds of one run or training step, until the device has done it: median and median absolute deviation. */
  readonly microseconds: Timing | null;
  readonly startMilliseconds: number | null;
  readonly compileMilliseconds: number | null;
  /** How the steps of its plans ran. */
  readonly paths: readonly Path[];
}

export interface FastestBackend {
  /** The caller disposes of it; the others are disposed of. */
  readonly backend: Backend;
  readonly name: string;
  /** One for each candidate, in their order. */
  readonly results: readonly CandidateResult[];
  /** What was measured, and a line for each candidate. */
  readonly explanation: string;
}

/** A candidate that computes right and may be chosen. */
interface Contender {
  readonly index: number;
  readonly backend: Backend;
  readonly subject: Subject;
  readonly measurement: Measurement;
  readonly known: Pick<CandidateResult, 'name' | 'info' | 'startMilliseconds'>;
}

interface Contest extends Patience {
  readonly workload: Workload;
  readonly expected: Expected;
  readonly budget: number;
}

const pathsOf = ({ executables }: Subject): readonly Path[] => [
  ...new Set(executables.flatMap(({ report }) => report.steps.map(({ path }) => path))),
];

const short = (value: number): string => String(Number(value.toPrecision(3)));

const describe = ({ median, spread, samples }: Timing): string =>
  `${short(median)} ± ${short(spread)} µs (${samples} ${samples === 1 ? 'sample' : 'samples'})`;

const unstarted = {
  info: null,
  microseconds: null,
  startMilliseconds: null,
  compileMilliseconds: null,
  paths: [],
} as const;

const measured = ({ subject, known }: Contender): Omit<CandidateResult, 'status' | 'reason' | 'microseconds'> => ({
  ...known,
  compileMilliseconds: subject.compileMilliseconds,
  paths: pathsOf(subject),
  remedy: '',
});

const problemWith = (candidate: BackendCandidate, index: number, error: unknown): Pick<CandidateResult, 'reason' | 'remedy'> => {
  const { reason, remedy } = problemOf(candidate, index, error);
  return { reason, remedy };
};

/** Starts, checks and warms up one candidate. Only an abort rejects. */
const enter = async (candidate: BackendCandidate, index: number, contest: Contest): Promise<CandidateResult | Contender> => {
  const { workload, budget, patience, signal } = contest;
  const started = await startCandidate(candidate, contest).catch((error: unknown): CandidateResult => {
    signal?.throwIfAborted();
    const { backend: name, reason, remedy } = problemOf(candidate, index, error);
    return { ...unstarted, name, reason, remedy, status: 'unavailable' };
  });
  if ('status' in started) return started;
  const { backend, name, milliseconds } = started;
  const known = { name, info: backend.info, startMilliseconds: milliseconds };
  const wait = <T>(answer: Promise<T>): Promise<T> => within(answer, patience, signal);
  try {
    const subject = await wait(workload.start(backend));
    const contender = { index, backend, subject, known, measurement: measurementOf(subject, budget, wait) };
    const mistake = firstMistake(contest.expected, await wait(subject.first()));
    if (mistake === undefined) {
      await contender.measurement.warmUp();
      return contender;
    }
    const result: CandidateResult = { ...measured(contender), status: 'wrong', reason: mistake, microseconds: null };
    await discard(backend, patience);
    return result;
  } catch (error) {
    await discard(backend, patience);
    signal?.throwIfAborted();
    return { ...unstarted, ...known, ...problemWith(candidate, index, error), status: 'failed' };
  }
};

/** The first in the list of those that the noise does not tell from the lowest median. */
const bestOf = (contenders: readonly Contender[]): Contender | undefined => {
  const timed = contenders.map((contender) => ({ contender, timing: contender.measurement.timing() }));
  const lowest = timed.reduce<Timing | undefined>(
    (best, { timing }) => (best === undefined || timing.median < best.median ? timing : best),
    undefined,
  );
  return timed.find(({ timing }) => timing.median - timing.spread <= lowest!.median + lowest!.spread)?.contender;
};

const verdict = (contender: Contender, chosen: Contender): CandidateResult => {
  const timing = contender.measurement.timing();
  const result = { ...measured(contender), microseconds: timing };
  const takes = `it takes ${describe(timing)}`;
  if (contender === chosen) return { ...result, status: 'chosen', reason: `${takes}.` };
  const { name } = chosen.known;
  const best = chosen.measurement.timing();
  return timing.median - timing.spread <= best.median + best.spread
    ? {
        ...result,
        status: 'tied',
        reason: `${takes}, which the noise does not tell from ${name}; ${name} comes first in the list.`,
      }
    : { ...result, status: 'slower', reason: `${takes}, ${short(timing.median / best.median)} times as long as ${name}.` };
};

const lineOf = ({ name, status, reason, remedy, info, paths }: CandidateResult): string =>
  [
    `${name}: ${status}: ${reason}`,
    ...(paths.length === 0 ? [] : [`Ran: ${paths.join(' and ')}.`]),
    ...(info?.softwareAdapter ? ['Its GPU is imitated in software.'] : []),
    ...(remedy === '' ? [] : [remedy]),
  ].join(' ');

/**
 * Measures the caller's own graph, or training steps of a module, briefly on each of several backends, and takes the fastest
 * that computes it right. Right is what the f64 oracle says, within single precision; before the first candidate is measured
 * the oracle computes the graph once (of a module: two steps), which takes long for a large one.
 *
 * Each candidate is started, run once, compared and warmed up; then all are measured in turns until the budget is spent. Times
 * are of whole runs, synchronisation included. Of candidates that the noise does not tell apart the first in the list is chosen.
 *
 * @throws NoBackendError with every reason when none is right; ArgumentError, GraphError or ShapeError for options, a graph or
 *   a module that are wrong in themselves.
 */
export const fastestBackend = async (
  subject: Graph | Module,
  candidates: readonly BackendCandidate[],
  options: FastestOptions = {},
): Promise<FastestBackend> => {
  checkOptionNames('fastestBackend', options, optionNames);
  const { budget = 1000, patience = PATIENCE, signal, onCandidate } = options;
  checkCandidates(candidates);
  if (!(budget > 0 && patience > 0))
    throw new ArgumentError(`budget and patience are milliseconds above 0, but they are ${budget} and ${patience}.`);
  const workload = workloadOf(subject, options);
  const contest: Contest = { workload, expected: workload.expected(), budget, patience, signal };
  const results: CandidateResult[] = [];
  let contenders: readonly Contender[] = [];
  /** Does something with a contender; one that fails is out. */
  const attempt = async (contender: Contender, action: () => Promise<void>): Promise<void> => {
    try {
      await action();
    } catch (error) {
      signal?.throwIfAborted();
      const { index, backend } = contender;
      const failed = problemWith(candidates[index]!, index, error);
      results[index] = { ...measured(contender), ...failed, status: 'failed', microseconds: null };
      contenders = contenders.filter((each) => each !== contender);
      await discard(backend, patience);
    }
  };
  try {
    for (const [index, candidate] of candidates.entries()) {
      signal?.throwIfAborted();
      onCandidate?.(index);
      const entry = await enter(candidate, index, contest);
      if ('status' in entry) results[index] = entry;
      else contenders = [...contenders, entry];
    }
    // In turns: what else the machine does slows all of them.
    for (let active = contenders; active.length > 0;) {
      for (const contender of active) await attempt(contender, () => contender.measurement.sample());
      active = contenders.filter(({ measurement }) => measurement.wantsMore());
    }
    for (const contender of contenders) await attempt(contender, async () => contender.subject.dispose());
    for (let chosen = bestOf(contenders); chosen !== undefined; chosen = bestOf(contenders)) {
      const { backend, known } = chosen;
      // A device that was lost while others were measured is found out by a last look.
      await attempt(chosen, () => within(backend.sync(), patience, signal));
      if (!contenders.includes(chosen)) continue;
      for (const contender of contenders) results[contender.index] = verdict(contender, chosen);
      contenders = contenders.filter((contender) => contender.backend !== backend);
      const explanation = [`Measured: ${workload.what}.`, ...results.map(lineOf)].join('\n');
      return { backend, name: known.name, results, explanation };
    }
    throw new NoBackendError(results.map(({ name, reason, remedy }) => ({ backend: name, reason, remedy })));
  } finally {
    for (const { backend } of contenders) await discard(backend, patience);
  }
};
