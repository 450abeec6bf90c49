import { median, medianAbsoluteDeviation } from '../benchmark/statistics.ts';
import { wilson } from '../statistics/wilson.ts';
import type { Experiment, Pool } from './experiment.ts';
import type { Attempts, Row } from './row.ts';
import { totalSpent } from './spent.ts';

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

const numbersOf = (values: readonly (number | null)[]): readonly number[] => values.filter((value) => value !== null);

const belongs = (
  { module, operation, setting }: Pool,
  other: { readonly module: string; readonly operation: string; readonly setting: string },
): boolean => other.module === module && other.operation === operation && other.setting === setting;

/** Attempts of all cells; the cost of one is their mean. */
const together = (all: readonly Attempts[]): Attempts => {
  const attempts = total(all.map((each) => each.attempts));
  const successes = total(all.map((each) => each.successes));
  return {
    ...all[0]!,
    attempts,
    successes,
    successRate: successes / attempts,
    interval: wilson(successes, attempts),
    exact: total(all.map(({ exact }) => exact)),
    processorMilliseconds: total(all.map(({ processorMilliseconds }) => processorMilliseconds)) / all.length,
  };
};

const poolRow = (pool: Pool, rows: readonly Row[]): Row => {
  const runs = total(rows.map((row) => row.runs));
  const successes = total(numbersOf(rows.map((row) => row.successes)));
  const solved = numbersOf(rows.map(({ solvedAt }) => solvedAt));
  const { attempts: _, ...first } = rows[0]!;
  const attempts = rows.flatMap((row) => row.attempts ?? []);
  const errors = rows.map(({ medianError }) => medianError);
  return {
    ...first,
    ...(attempts.length === rows.length && { attempts: together(attempts) }),
    range: `all ${rows.length} ranges`,
    runs,
    successes,
    successRate: successes / runs,
    interval: wilson(successes, runs),
    solvedAt: solved.length === 0 ? null : median(solved),
    sparsityError: null,
    published: pool.published.value,
    certainty: pool.published.certainty,
    publishedRuns: pool.published.runs ?? null,
    score: median(errors),
    medianError: median(errors),
    errorDeviation: medianAbsoluteDeviation(errors),
    diverged: total(rows.map(({ diverged }) => diverged)),
    alsoBy: rows[0]!.alsoBy.map(({ criterion }, i) => {
      const also = total(rows.map(({ alsoBy }) => alsoBy[i]!.successes));
      return { criterion, successes: also, successRate: also / runs, interval: wilson(also, runs) };
    }),
    ...totalSpent(rows),
  };
};

/** One more row for each pool whose cells have all been run. */
export const poolRows = ({ pools = [], cells }: Experiment, rows: readonly Row[]): readonly Row[] =>
  pools.flatMap((pool) => {
    const own = rows.filter((row) => belongs(pool, row));
    const wanted = cells().filter((cell) => belongs(pool, cell)).length;
    return own.length === wanted && wanted > 0 ? [poolRow(pool, own)] : [];
  });
