import { fisherExact } from '../statistics/fisher.ts';
import { holm } from '../statistics/holm.ts';
import { upperLimit } from '../statistics/student.ts';
import { wilson } from '../statistics/wilson.ts';
import { coverageOf } from './coverage.ts';
import type { Plan, PlannedCell } from './plan.ts';
import type { CellResult } from './result.ts';
import { poolRows } from './pool.ts';
import { rowsOf, type Row } from './row.ts';
import { noTime } from './spent.ts';

/** The curves of one cell, for figures. */
export interface NamedCurve {
  readonly module: string;
  readonly test: string;
  readonly x: readonly number[];
  readonly error: readonly number[];
}

/** The results of an experiment, ready to be printed. */
export interface Report {
  readonly experiment: string;
  readonly title: string;
  readonly paper: string;
  readonly criterion: string;
  /** Which cells it is about, in words; empty for all of the experiment. */
  readonly covers: string;
  /** What is less than the protocol, in words; empty for the protocol itself. */
  readonly shortened: string;
  /** Whether all runs of a cell learned from the same batches, where the protocol has each draw its own. */
  readonly sharedBatches: boolean;
  readonly rows: readonly Row[];
  readonly curves: readonly NamedCurve[];
  /** Cells that have no result yet. */
  readonly missing: number;
}

type Done = readonly (readonly [PlannedCell, CellResult])[];

const errorsOn = (result: CellResult, test: string): readonly number[] => result.runs.map(({ errors }) => errors[test]!);

/**
 * Rows of an experiment that has a reference: success is an error below the limit of the reference's. Where the reference has no
 * result of several runs, nothing is called a success, and no rate is compared.
 */
const byReference = (rows: readonly Row[], done: Done, reference: string): readonly Row[] => {
  const resultOf = ({ operation, setting, range }: Row, module: string): CellResult | undefined =>
    done.find(
      ([{ cell }]) => cell.module === module && cell.operation === operation && cell.setting === setting && cell.range === range,
    )?.[1];
  return rows.map((row) => {
    const limit = upperLimit(errorsOn(resultOf(row, reference) ?? noRuns, row.test));
    if (!Number.isFinite(limit)) return { ...row, published: null, certainty: null, explanation: null };
    const successes = errorsOn(resultOf(row, row.module)!, row.test).filter((error) => error < limit).length;
    return { ...row, successes, successRate: successes / row.runs, interval: wilson(successes, row.runs) };
  });
};

const noRuns: CellResult = { runs: [], untrained: {}, curves: [], ...noTime };

/** Puts the results of cells together. A cell without a result is missing. */
export const makeReport = (plan: Plan, results: ReadonlyMap<number, CellResult>): Report => {
  const { experiment, cells, shortened, sharedBatches } = plan;
  const done: Done = cells.flatMap((planned): Done => {
    const result = results.get(planned.index);
    return result === undefined ? [] : [[planned, result]];
  });
  const ofCells = done.flatMap(([planned, result]) => rowsOf(experiment, planned, result));
  const rows = [
    ...(experiment.reference === undefined ? ofCells : byReference(ofCells, done, experiment.reference)),
    ...poolRows(experiment, ofCells),
  ];
  return {
    experiment: experiment.name,
    title: experiment.title,
    paper: experiment.paper,
    criterion: experiment.criterion,
    covers: coverageOf(
      experiment.cells(),
      cells.map(({ cell }) => cell),
    ),
    shortened,
    sharedBatches,
    rows: shortened === '' ? compareWithPublished(rows) : rows,
    curves: done.flatMap(([{ cell }, { curves }]) => curves.map((curve) => ({ module: cell.module, ...curve }))),
    missing: cells.length - done.length,
  };
};

/** Below it a difference is significant. */
const LEVEL = 0.05;

const isComparable = ({ published, publishedRuns, certainty, successes }: Row): boolean =>
  published !== null && publishedRuns !== null && successes !== null && (certainty === 'certain' || certainty === 'computed');

/** Compares our rates with the published ones that are certain, or computed from single runs, and say of how many runs they are. */
export const compareWithPublished = (rows: readonly Row[]): readonly Row[] => {
  const comparable = rows.filter(isComparable);
  const adjusted = holm(
    comparable.map(({ successes, runs, published, publishedRuns }) =>
      fisherExact({ successes: successes!, runs }, { successes: Math.round(published! * publishedRuns!), runs: publishedRuns! }),
    ),
  );
  const probabilities = new Map(comparable.map((row, i) => [row, adjusted[i]!]));
  return rows.map((row) => {
    const fisherP = probabilities.get(row);
    return fisherP === undefined ? row : { ...row, fisherP, differs: fisherP < LEVEL };
  });
};
