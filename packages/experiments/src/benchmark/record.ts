import type { HostFacts } from './host.ts';
import type { Protocol } from './protocol.ts';

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
  /** Every sample in microseconds, in the order they were taken. */
  readonly samples: readonly number[];
  /** Steps in each sample, all members advancing in each step: a sample lasted samples[i] · stepsPerSample · members. */
  readonly stepsPerSample: number | null;
  /** Steps run before the first sample, those of the check included. */
  readonly warmUpSteps: number | null;
  /** What ran, in the column's own words. */
  readonly path: string | null;
  readonly compileMilliseconds: number | null;
  /** The comparison with the oracle; null where none was made. */
  readonly check: CheckResult | null;
  readonly inputs: number;
  readonly outputs: number;
  readonly batch: number;
  readonly members: number;
}

/** How far the parameters were from the double-precision oracle's after `steps` steps from the same start. */
export interface CheckResult {
  readonly steps: number;
  /** The sum of the column's parameters: two runs that trained alike show the same. */
  readonly checksum: number;
  /** max |parameter − oracle| over all parameters; NaN (null in JSON) where a parameter is not finite. */
  readonly worstError: number;
  readonly tolerance: number;
}

/** A whole benchmark, as `nalu bench --json` prints it. */
export interface BenchmarkReport {
  readonly host: HostFacts;
  /** When it began, ISO 8601. */
  readonly date: string;
  readonly protocol: Protocol;
  /** The clock's resolution in milliseconds. */
  readonly clockResolution: number;
  /** True when it was aborted: cells may have fewer samples than the protocol asks for, or none. */
  readonly stopped: boolean;
  readonly records: readonly BenchmarkRecord[];
}
