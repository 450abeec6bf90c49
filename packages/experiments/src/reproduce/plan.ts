import type { Cell, Experiment } from './experiment.ts';

/** Which cells of an experiment to run, and how much of the protocol. */
export interface PlanOptions {
  readonly quick?: boolean;
  /** Default: all. */
  readonly module?: readonly string[] | undefined;
  readonly operation?: readonly string[] | undefined;
  readonly range?: readonly string[] | undefined;
  readonly setting?: readonly string[] | undefined;
  /** Runs per cell. Default: the protocol's. */
  readonly runs?: number | undefined;
  /** Runs of an attempt, from which one network is chosen; there are so many times more runs. Default: 1, no choice. */
  readonly restarts?: number | undefined;
  /** Share of the protocol's steps. Default: 1. */
  readonly scale?: number | undefined;
  /** All runs of a cell learn from the same batches, drawn once for all. Default: false, every run draws its own. */
  readonly sharedBatches?: boolean | undefined;
}

/** A cell with its numbers of runs and steps. */
export interface PlannedCell {
  /** Its place among all cells of the experiment, which finds it again in another thread. */
  readonly index: number;
  readonly cell: Cell;
  /** Of all attempts together. */
  readonly runs: number;
  /** Runs of an attempt; 1: nothing is chosen. */
  readonly restarts: number;
  readonly steps: number;
  readonly evaluateEvery: number;
  readonly scale: number;
  readonly sharedBatches: boolean;
}

/** What is run of an experiment. */
export interface Plan {
  readonly experiment: Experiment;
  readonly cells: readonly PlannedCell[];
  /** What is less than the protocol, in words; empty for the protocol itself. */
  readonly shortened: string;
  readonly sharedBatches: boolean;
}

const labels = ['module', 'operation', 'range', 'setting'] as const;

/** Evaluations of a shortened run: as many as fit, at most as many as the protocol's. */
const shorten = (cell: Cell, scale: number): Pick<PlannedCell, 'steps' | 'evaluateEvery'> => {
  const { steps: all, evaluateEvery: every } = cell;
  if (scale === 1) return { steps: all, evaluateEvery: every };
  const steps = Math.max(1, Math.round(all * scale));
  return { steps, evaluateEvery: Math.min(every, Math.max(1, Math.floor(steps / 10))) };
};

const words = (quick: boolean, runs: number | undefined, scale: number): string => {
  const parts = [
    ...(runs === undefined ? [] : [`${runs} ${runs === 1 ? 'run' : 'runs'} per cell`]),
    ...(scale === 1 ? [] : [`${Number((scale * 100).toPrecision(3))} % of the steps`]),
  ];
  if (parts.length === 0) return '';
  return `${quick ? 'quick look' : 'shortened'}, not the protocol: ${parts.join(', ')}`;
};

/** Chooses cells and lengths. No cell is left when none has all the labels. */
export const makePlan = (experiment: Experiment, options: PlanOptions = {}): Plan => {
  const { quick = false, restarts = 1, sharedBatches = false } = options;
  const scale = options.scale ?? (quick ? experiment.quick.scale : 1);
  const runs = options.runs ?? (quick ? experiment.quick.runs : undefined);
  const matches = (cell: Cell): boolean => labels.every((label) => options[label]?.includes(cell[label]) ?? true);
  const kept = experiment
    .cells()
    .map((cell, index) => ({ cell, index }))
    .filter(({ cell }) => matches(cell));
  const tests = quick ? experiment.quick.tests : undefined;
  const withTests = (cell: Cell): Cell =>
    tests === undefined ? cell : { ...cell, tests: cell.tests.filter(({ name }) => tests.includes(name)) };
  const few = quick ? kept.filter(({ cell }) => experiment.quick.keeps(cell)) : kept;
  // Somebody who names cells wants those, even where a quick look has others.
  const chosen = few.length === 0 ? kept : few;
  return {
    experiment,
    cells: chosen.map(({ cell, index }) => ({
      index,
      cell: withTests(cell),
      runs: (runs ?? cell.runs) * restarts,
      restarts,
      scale,
      sharedBatches,
      ...shorten(cell, scale),
    })),
    shortened: words(quick, runs, scale),
    sharedBatches,
  };
};

/** The values of a label among the cells of an experiment. */
export const labelsOf = (experiment: Experiment, label: (typeof labels)[number]): readonly string[] => [
  ...new Set(experiment.cells().map((cell) => cell[label])),
];
