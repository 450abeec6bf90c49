import type { Choice } from './restarts.ts';
import type { Spent } from './spent.ts';

/** What became of one run. Numbers that are not finite are kept as they are: a network that diverged is a result. */
export interface RunResult {
  /** Index of the run: with the seed it decides every random number. */
  readonly run: number;
  /** Step whose parameters were judged. */
  readonly step: number;
  /** Error per test set, by name. */
  readonly errors: Readonly<Record<string, number>>;
  /** The first evaluated step with an error below the first criterion's threshold; null: none. */
  readonly solvedAt: number | null;
  /** Largest distance of a weight to −1, 0 and 1; null for a network whose weights cannot be read back. */
  readonly sparsityError: number | null;
}

/** What became of an attempt: of several runs from different seeds, from which one network was chosen. */
export interface AttemptResult extends Choice {
  /** Error per test set, by name. The test rows were seen after the choice only. */
  readonly errors: Readonly<Record<string, number>>;
}

/** The mean error at each row of a test set, over the runs. */
export interface Curve {
  readonly test: string;
  readonly x: readonly number[];
  readonly error: readonly number[];
}

/** What a cell's runs gave, and what they cost. */
export interface CellResult extends Spent {
  readonly runs: readonly RunResult[];
  /** Where there are restarts. */
  readonly attempts?: readonly AttemptResult[];
  /** Mean error of the untrained networks per test set. */
  readonly untrained: Readonly<Record<string, number>>;
  readonly curves: readonly Curve[];
}
