import type { Loss, Module, Rows, TrainerOptions } from '@nalu/core';
import type { Fit } from './least-squares/fitNetwork.ts';
import type { Published } from './published.ts';

/** Rows that a trained network is judged by, and how. */
export interface TestSet {
  readonly name: string;
  /** @param scale share of the protocol's steps that is made: a quick look may take fewer rows. */
  readonly rows: (scale: number) => Rows;
  /** Rows that are judged in one call, which bounds the memory. It divides their number. Default: all. */
  readonly rowsPerCall?: number;
  readonly error: Loss;
  /** The same network over another length: its parameters are the trained ones. Default: the trained module. */
  readonly module?: Module;
  /** Also report the error of every row, averaged over the runs: a curve. Default: false. */
  readonly curve?: boolean;
  /** The published figure for the test's score. */
  readonly published?: Published;
}

/** A run succeeds when its error on a test set is below a threshold. */
export interface Criterion {
  readonly name: string;
  /** Name of the test set. */
  readonly test: string;
  readonly below: number;
}

/** What one training step does; the seed comes from the command. */
export type Training = Pick<
  TrainerOptions,
  'module' | 'loss' | 'optimiser' | 'source' | 'schedule' | 'clipping' | 'regularisers' | 'turns' | 'restart'
>;

/** One row of an experiment: a network, a task, and so many runs from different seeds. */
export interface Cell {
  readonly module: string;
  readonly operation: string;
  /** The ranges, as the paper writes them: training → test. */
  readonly range: string;
  /** What else tells the cell from others, such as `10 inputs`. Empty: nothing does. */
  readonly setting: string;
  readonly runs: number;
  readonly steps: number;
  readonly evaluateEvery: number;
  /** @param scale share of the protocol's steps that is made: schedules shrink with it. */
  readonly training: (scale: number) => Training;
  /** Rows that choose the step whose parameters count; per run when the training rows are. Absent: the last step counts. */
  readonly validation?: (scale: number) => Rows;
  /** True: the last step counts, though there are validation rows, for a rule of restarts for example. Default: false. */
  readonly lastCounts?: boolean;
  /** How networks are fitted by least squares before one of several restarts is chosen. Default: not at all. */
  readonly fit?: Fit;
  readonly tests: readonly TestSet[];
  /** The first decides success and when a run is solved; the others are reported beside it. Empty: nothing is called a success. */
  readonly criteria: readonly Criterion[];
  /** The published success rate by the first criterion. */
  readonly published?: Published;
}

/** How errors become the score that the paper reports. */
export type Scoring =
  /** The median of the runs' errors. */
  | 'median'
  /** The mean of the runs' errors. */
  | 'mean'
  /** 100 × mean error / mean error of the untrained networks: 0 is perfect, 100 as bad as random. */
  | 'share of random';

/** A rate that is published for several cells together: all ranges of a module, for example. */
export interface Pool {
  readonly module: string;
  readonly operation: string;
  readonly setting: string;
  readonly published: Published;
}

/** A published experiment, as data. */
export interface Experiment {
  readonly name: string;
  readonly title: string;
  readonly paper: string;
  /** When a run counts as a success, or what the score is: printed with every result. */
  readonly criterion: string;
  /** The protocol in sentences: data, training, selection, judgement. */
  readonly protocol: readonly string[];
  /** Where this code differs from the paper's, and why that should not matter. */
  readonly deviations: readonly string[];
  readonly scoring: Scoring;
  /**
   * A module that is given the right answer in part. A run then succeeds on a test when its error is below the upper 99 % confidence
   * limit of this module's mean error there, and published figures are rates. Default: nothing is called a success by it.
   */
  readonly reference?: string;
  readonly cells: () => readonly Cell[];
  /** Reported beside the cells, when all of theirs have results. Default: none. */
  readonly pools?: readonly Pool[];
  /** A first look: few cells, few runs, a share of the steps. */
  readonly quick: {
    readonly runs: number;
    readonly scale: number;
    readonly keeps: (cell: Cell) => boolean;
    /** By name. Default: all. */
    readonly tests?: readonly string[];
  };
}

/** Names a cell within its experiment: in messages, and in file names after `cellFile`. */
export const cellName = ({ module, operation, range, setting }: Cell): string =>
  [operation, module, range, setting].filter((part) => part !== '').join(', ');
