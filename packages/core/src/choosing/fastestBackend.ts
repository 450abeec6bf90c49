import type { Backend, BackendInfo, Path } from '../backend/contract.ts';
import { ArgumentError, NoBackendError } from '../errors.ts';
import type { Graph } from '../graph/graph.ts';
import type { Module } from '../modules/contract.ts';
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
import { measure, type Timing } from './measure.ts';
import { within } from './within.ts';
import { workloadOf, type Subject, type Workload, type WorkloadOptions } from './workload.ts';

export interface FastestOptions extends WorkloadOptions {
  /** Milliseconds of measuring per candidate; starting, compiling and the first call come on top. Default: 1000. */
  readonly budget?: number;
  /** Milliseconds that starting, compiling and any one answer may take. Default: 30,000. */
  readonly patience?: number;
  /** Gives up; everything that was started is disposed of. */
  readonly signal?: AbortSignal;
  /** Called before each candidate is started. */
  readonly onCandidate?: (index: number) => void;
}

/** What became of one candidate. */
export interface CandidateResult {
  readonly name: string;
  /**
   * `wrong`: it computes something else than the oracle, and is never chosen. `failed`: it started, and then threw, lost its
   * device or gave no answer. `unavailable`: it did not start.
   */
  readonly status: 'chosen' | 'slower' | 'wrong' | 'failed' | 'unavailable';
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

/** A candidate that was measured and may be chosen. */
interface Contender {
  readonly index: number;
  readonly backend: Backend;
  readonly result: CandidateResult;
  readonly timing: Timing;
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

/** Starts, checks and measures one candidate. Only an abort rejects. */
const enter = async (candidate: BackendCandidate, index: number, contest: Contest): Promise<CandidateResult | Contender> => {
  const { workload, budget, patience, signal } = contest;
  const problem = (error: unknown) => {
    const { backend: name, reason, remedy } = problemOf(candidate, index, error);
    return { name, reason, remedy };
  };
  const started = await startCandidate(candidate, contest).catch((error: unknown): CandidateResult => {
    signal?.throwIfAborted();
    return { ...unstarted, ...problem(error), status: 'unavailable' };
  });
  if ('status' in started) return started;
  const { backend, name, milliseconds } = started;
  const wait = <T>(answer: Promise<T>): Promise<T> => within(answer, patience, signal);
  const known = { name, info: backend.info, microseconds: null, startMilliseconds: milliseconds, remedy: '' };
  let subject: Subject | undefined;
  try {
    subject = await wait(workload.start(backend));
    const first = await wait(subject.first());
    const mistake = firstMistake(contest.expected, first);
    const after = (): Pick<CandidateResult, 'compileMilliseconds' | 'paths'> => ({
      compileMilliseconds: subject!.compileMilliseconds,
      paths: pathsOf(subject!),
    });
    if (mistake !== undefined) {
      const result: CandidateResult = { ...known, ...after(), status: 'wrong', reason: mistake };
      await discard(backend, patience);
      return result;
    }
    const timing = await measure(subject, budget, wait);
    const result: CandidateResult = { ...known, ...after(), status: 'slower', reason: '', microseconds: timing };
    subject.dispose();
    return { index, backend, timing, result };
  } catch (error) {
    await discard(backend, patience);
    signal?.throwIfAborted();
    const { reason, remedy } = problem(error);
    return { ...known, compileMilliseconds: null, paths: [], status: 'failed', reason, remedy };
  }
};

/** The first in the list of those that the noise does not tell from the lowest median. */
const bestOf = (contenders: readonly Contender[]): Contender | undefined => {
  const lowest = contenders.reduce<Contender | undefined>(
    (best, each) => (best === undefined || each.timing.median < best.timing.median ? each : best),
    undefined,
  );
  return contenders.find(({ timing }) => timing.median - timing.spread <= lowest!.timing.median + lowest!.timing.spread);
};

/** A device that was lost while others were measured is found out by a last look. */
const stillThere = async ({ backend }: Contender, { patience, signal }: Contest): Promise<string | undefined> => {
  try {
    await within(backend.sync(), patience, signal);
    return undefined;
  } catch (error) {
    signal?.throwIfAborted();
    return error instanceof Error ? error.message : String(error);
  }
};

const verdict = (contender: Contender, chosen: Contender): CandidateResult => {
  const { result, timing } = contender;
  if (contender === chosen) return { ...result, status: 'chosen', reason: `it takes ${describe(timing)}.` };
  const ratio = timing.median / chosen.timing.median;
  const reason =
    ratio < 1.05
      ? `it takes ${describe(timing)}, which the noise does not tell from ${chosen.result.name}, and comes later in the list.`
      : `it takes ${describe(timing)}, ${short(ratio)} times as long as ${chosen.result.name}.`;
  return { ...result, reason };
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
 * Each candidate is started, run once and compared, warmed up, and measured until the budget is spent; times are of whole
 * runs, synchronisation included. Of candidates that the noise does not tell apart the first in the list is chosen.
 *
 * @throws NoBackendError with every reason when none is right; ArgumentError, GraphError or ShapeError for options, a graph or
 *   a module that are wrong in themselves.
 */
export const fastestBackend = async (
  subject: Graph | Module,
  candidates: readonly BackendCandidate[],
  options: FastestOptions = {},
): Promise<FastestBackend> => {
  const { budget = 1000, patience = PATIENCE, signal, onCandidate } = options;
  checkCandidates(candidates);
  if (!(budget > 0 && patience > 0))
    throw new ArgumentError(`budget and patience are milliseconds above 0, but they are ${budget} and ${patience}.`);
  const workload = workloadOf(subject, options);
  const contest: Contest = { workload, expected: workload.expected(), budget, patience, signal };
  const results: CandidateResult[] = [];
  let contenders: Contender[] = [];
  try {
    for (const [index, candidate] of candidates.entries()) {
      signal?.throwIfAborted();
      onCandidate?.(index);
      const entry = await enter(candidate, index, contest);
      if ('status' in entry) results[index] = entry;
      else contenders.push(entry);
    }
    for (let chosen = bestOf(contenders); chosen !== undefined; chosen = bestOf(contenders)) {
      const { index, backend, result } = chosen;
      const gone = await stillThere(chosen, contest);
      if (gone === undefined) {
        for (const contender of contenders) results[contender.index] = verdict(contender, chosen);
        const losers = contenders.filter((contender) => contender !== chosen);
        contenders = losers;
        const explanation = [`Measured: ${workload.what}.`, ...results.map(lineOf)].join('\n');
        return { backend, name: result.name, results, explanation };
      }
      results[index] = { ...result, status: 'failed', reason: gone };
      contenders = contenders.filter((contender) => contender !== chosen);
      await discard(backend, patience);
    }
    throw new NoBackendError(results.map(({ name, reason, remedy }) => ({ backend: name, reason, remedy })));
  } finally {
    for (const { backend } of contenders) await discard(backend, patience);
  }
};
