import type { BenchmarkReport } from '@nalu/experiments/benchmark';

/** Where a run comes from: this page, a file, or the machine that serves the page. */
export type Origin = 'measured' | 'imported' | 'served';

/** A benchmark that this browser has. */
export interface Run {
  /** In links. */
  readonly id: string;
  readonly name: string;
  readonly origin: Origin;
  readonly report: BenchmarkReport;
}
