import type { HostFacts } from './host/facts.ts';
import type { Protocol } from './protocol.ts';
import type { Peak, Unit } from './roofline/peaks.ts';
import type { Workload } from './workloads.ts';

/** The version of the files that `nalu bench` writes. */
export const REPORT_VERSION = 1;

/** `training`: the training jobs. `speed`: everything. */
export type SuiteName = 'training' | 'speed';

/** What one column did on one workload. All times are per member and step. */
export interface BenchmarkRecord {
  readonly workload: string;
  readonly column: string;
  /** `wrong`: the trained parameters are not the oracle's; then no time is given. `n/a`: it could not be measured here. */
  readonly status: 'ok' | 'wrong' | 'n/a';
  /** Why there is no time; null where there is one. */
  readonly reason: string | null;
  readonly medianMicroseconds: number | null;
  readonly minMicroseconds: number | null;
  readonly maxMicroseconds: number | null;
  /** The median absolute deviation of the samples. */
  readonly spreadMicroseconds: number | null;
  /** The median by the clock of the device itself, without what the host and the queue took; null where it has none. */
  readonly deviceMicroseconds: number | null;
  /** Every sample in microseconds, in the order they were taken. */
  readonly samples: readonly number[];
  /** Steps in each sample, all members advancing in each step: a sample lasted samples[i] · stepsPerSample · members. */
  readonly stepsPerSample: number | null;
  /** Steps run before the first sample, those of the check included. */
  readonly warmUpSteps: number | null;
  /** What ran, in the column's own words. */
  readonly path: string | null;
  /** Whether a GPU was imitated in software: such a time says nothing about a GPU. */
  readonly software: boolean;
  /** Which ceilings of the roofline hold for it; null where none is measured. */
  readonly unit: Unit | null;
  readonly compileMilliseconds: number | null;
  /**
   * How long the first run of the workload's `stepsPerRun` steps took, all members together, with whatever is compiled in it;
   * null where it did not come to an end.
   */
  readonly firstRunMilliseconds: number | null;
  /** The comparison with the oracle; null where none was made. */
  readonly check: CheckResult | null;
  readonly inputs: number;
  readonly outputs: number;
  readonly batch: number;
  readonly members: number;
  readonly task: Workload['task'];
  /** By the op table (`costOf`), per member and step; null where they were not asked for. */
  readonly flopsPerStep: number | null;
  readonly bytesPerStep: number | null;
}

/** How long one of our backends took until a training loop was ready. */
export interface CompileRecord {
  readonly workload: string;
  readonly column: string;
  /** Why there are no times; null where there are some. */
  readonly reason: string | null;
  readonly software: boolean;
  /** Milliseconds from module to executable, each in a thread of its own in which nothing else had run. */
  readonly cold: readonly number[];
  /** Milliseconds of compilation within these. */
  readonly compilation: readonly number[];
  /** Milliseconds of a compilation of the same graph again. */
  readonly again: readonly number[];
}

/** What a population keeps of the throughput of independent copies when it is sharded over workers. */
export interface WorkersRow {
  readonly workload: string;
  readonly column: string;
  /** Why there are no rounds; null where there are some. */
  readonly reason: string | null;
  readonly workers: number;
  readonly members: number;
  /**
   * Steps of one member in a second, both ways measured one after the other in every round. `sharded`: one population over the
   * workers. `independent`: as many threads, each with a backend, a trainer and its share of the members.
   */
  readonly rounds: readonly { readonly sharded: number; readonly independent: number }[];
  readonly stepsPerRound: number;
  /** Of the sharded population. */
  readonly check: CheckResult | null;
}

/** How far the answer was from the double-precision oracle's after `steps` steps from the same start. */
export interface CheckResult {
  readonly steps: number;
  /** The sum of the answers that were compared: two runs that did alike show the same. */
  readonly checksum: number;
  /** max |answer − oracle|; NaN where an answer is not finite. */
  readonly worstError: number;
  readonly tolerance: number;
}

/** A whole benchmark, as `nalu bench --json` prints it. */
export interface BenchmarkReport {
  readonly format: 'nalu benchmark';
  readonly version: typeof REPORT_VERSION;
  readonly suite: SuiteName;
  readonly host: HostFacts;
  /** When it began, ISO 8601. */
  readonly date: string;
  readonly protocol: Protocol;
  /** The clock's resolution in milliseconds. */
  readonly clockResolution: number;
  /** True when it was aborted: cells may have fewer samples than the protocol asks for, or none. */
  readonly stopped: boolean;
  /** What may have disturbed the measurements, as sentences. */
  readonly notes: readonly string[];
  readonly records: readonly BenchmarkRecord[];
  /** Empty where they were not asked for, as are the following. */
  readonly compileTimes: readonly CompileRecord[];
  readonly workers: readonly WorkersRow[];
  readonly peaks: readonly Peak[];
}
