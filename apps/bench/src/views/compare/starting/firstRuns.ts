import type { BenchmarkRecord } from '@nalu/experiments/benchmark';

/** What a column costs before it is up to speed. */
export interface FirstRun {
  readonly record: BenchmarkRecord;
  readonly steps: number;
  /** Milliseconds of the first run of so many steps, all members together. */
  readonly first: number;
  /** Of as many steps later, by the median. */
  readonly later: number;
}

/** The first run of each cell beside the same work in the steady state, where both are known. */
export const firstRunsOf = (records: readonly BenchmarkRecord[]): readonly FirstRun[] =>
  records.flatMap((record) => {
    const { firstRunMilliseconds: first, medianMicroseconds: median, check, members } = record;
    if (first === null || median === null || check === null) return [];
    return [{ record, steps: check.steps, first, later: (median * check.steps * members) / 1000 }];
  });
