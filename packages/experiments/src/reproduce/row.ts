import { median, medianAbsoluteDeviation } from '../benchmark/statistics.ts';
import { wilson, type Interval } from '../statistics/wilson.ts';
import type { Cell, Criterion, Experiment, Scoring, TestSet } from './experiment.ts';
import type { PlannedCell } from './plan.ts';
import type { Certainty } from './published.ts';
import type { CellResult, RunResult } from './result.ts';
import type { Spent } from './spent.ts';

/** Successes by one criterion. */
export interface Rate {
  readonly criterion: string;
  readonly successes: number;
  readonly successRate: number;
  /** Wilson's, at 95 %. */
  readonly interval: Interval;
}

/** How attempts of several runs did, from each of which one network was chosen inside the training range. */
export interface Attempts {
  /** Runs of an attempt. */
  readonly restarts: number;
  readonly attempts: number;
  readonly successes: number;
  readonly successRate: number;
  readonly interval: Interval;
  /** Whether every network was also fitted by least squares, and the fit was among those to choose from. */
  readonly fitted: boolean;
  /** Attempts whose network has exact weights. */
  readonly exact: number;
  /** Training steps of one attempt, all of its runs together. */
  readonly steps: number;
  /** Of one attempt: its share of the cell's. */
  readonly processorMilliseconds: number;
}

/** One line of a report. The time is that of the whole cell. */
export interface Row extends Spent {
  readonly module: string;
  readonly operation: string;
  readonly range: string;
  readonly setting: string;
  readonly runs: number;
  readonly steps: number;
  /** By the first criterion; null where the experiment has none. */
  readonly successes: number | null;
  readonly successRate: number | null;
  readonly interval: Interval | null;
  /** The median step at which the successful runs were solved. */
  readonly solvedAt: number | null;
  /** The mean of the successful runs (of all where the experiment has no criterion); null where weights cannot be read back. */
  readonly sparsityError: number | null;
  /** Where runs were trained as restarts, and something is called a success. */
  readonly attempts?: Attempts;
  /** In the unit of `successRate`, or of `score`. */
  readonly published: number | null;
  readonly certainty: Certainty | null;
  /** Runs behind the published rate. */
  readonly publishedRuns: number | null;
  /**
   * Fisher's exact test of the published rate against ours, after Holm's correction for all rows of the report. Null where the
   * published rate is not certain or computed, does not say of how many runs it is, or the protocol was shortened.
   */
  readonly fisherP: number | null;
  /** Whether `fisherP` is below 0.05. */
  readonly differs: boolean | null;
  /** What was found when a difference was looked into. */
  readonly explanation: string | null;
  /** The test set that the errors are of. */
  readonly test: string;
  /** As the experiment scores; smaller is better. */
  readonly score: number;
  /** Of the runs' errors. */
  readonly medianError: number;
  readonly errorDeviation: number;
  readonly untrainedError: number;
  /** Runs whose error is not finite. */
  readonly diverged: number;
  /** By the other criteria. */
  readonly alsoBy: readonly Rate[];
}

const rate = ({ name, test, below }: Criterion, runs: readonly RunResult[]): Rate => {
  const successes = runs.filter(({ errors }) => errors[test]! < below).length;
  return { criterion: name, successes, successRate: successes / runs.length, interval: wilson(successes, runs.length) };
};

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** A network that diverged has no error; it is worse than any. */
const worst = (error: number): number => (Number.isNaN(error) ? Infinity : error);

const scores: { readonly [S in Scoring]: (errors: readonly number[], untrained: number) => number } = {
  median: (errors) => median(errors),
  mean: (errors) => meanOf(errors),
  'share of random': (errors, untrained) => (100 * meanOf(errors)) / untrained,
};

const spread = (errors: readonly number[]): number =>
  errors.every(Number.isFinite) ? medianAbsoluteDeviation(errors) : Infinity;

const successful = (cell: Cell, runs: readonly RunResult[]): readonly RunResult[] => {
  const [first] = cell.criteria;
  return first === undefined ? runs : runs.filter(({ errors }) => errors[first.test]! < first.below);
};

const numbersOf = (values: readonly (number | null)[]): readonly number[] => values.filter((value) => value !== null);

const attemptsOf = ({ cell, steps, restarts }: PlannedCell, result: CellResult): Attempts | undefined => {
  const { attempts, processorMilliseconds } = result;
  const [criterion] = cell.criteria;
  if (attempts === undefined || criterion === undefined) return undefined;
  const count = attempts.length;
  const successes = attempts.filter(({ errors }) => errors[criterion.test]! < criterion.below).length;
  return {
    restarts,
    attempts: count,
    successes,
    successRate: successes / count,
    interval: wilson(successes, count),
    fitted: cell.fit !== undefined,
    exact: attempts.filter(({ weights }) => weights !== 'trained' && weights !== 'fitted').length,
    steps: restarts * steps,
    processorMilliseconds: processorMilliseconds / count,
  };
};

const ofTest = ({ scoring }: Experiment, planned: PlannedCell, result: CellResult, test: TestSet): Row => {
  const { cell, runs, steps } = planned;
  const { runs: results, untrained, milliseconds, processorMilliseconds } = result;
  const attempts = attemptsOf(planned, result);
  const errors = results.map((run) => worst(run.errors[test.name]!));
  const [first, ...others] = cell.criteria.map((criterion) => rate(criterion, results));
  const winners = successful(cell, results);
  const solved = numbersOf(winners.map(({ solvedAt }) => solvedAt));
  const sparsity = numbersOf(winners.map(({ sparsityError }) => sparsityError));
  const published = first === undefined ? test.published : cell.published;
  return {
    module: cell.module,
    operation: cell.operation,
    range: cell.range,
    setting: cell.setting,
    runs,
    steps,
    successes: first?.successes ?? null,
    successRate: first?.successRate ?? null,
    interval: first?.interval ?? null,
    solvedAt: solved.length === 0 ? null : median(solved),
    sparsityError: sparsity.length === 0 ? null : meanOf(sparsity),
    ...(attempts && { attempts }),
    published: published?.value ?? null,
    certainty: published?.certainty ?? null,
    publishedRuns: published?.runs ?? null,
    fisherP: null,
    differs: null,
    explanation: published?.explanation ?? null,
    test: test.name,
    score: scores[scoring](errors, untrained[test.name]!),
    medianError: median(errors),
    errorDeviation: spread(errors),
    untrainedError: untrained[test.name]!,
    diverged: errors.filter((error) => !Number.isFinite(error)).length,
    alsoBy: others,
    milliseconds,
    processorMilliseconds,
  };
};

/** The lines of a cell: one by its criterion, or one per test set where nothing is called a success. */
export const rowsOf = (experiment: Experiment, planned: PlannedCell, result: CellResult): readonly Row[] => {
  const { tests, criteria } = planned.cell;
  const shown = criteria.length === 0 ? tests : tests.filter(({ name }) => name === criteria[0]!.test);
  return shown.map((test) => ofTest(experiment, planned, result, test));
};
