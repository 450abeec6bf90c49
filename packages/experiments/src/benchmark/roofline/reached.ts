import type { BenchmarkReport } from '../record.ts';
import type { Unit } from './peaks.ts';

/** A point of the roofline. */
export interface Reached {
  readonly workload: string;
  readonly column: string;
  readonly unit: Unit;
  /** Operations in a second. */
  readonly flops: number;
  /** Operations for each byte, as if nothing were fused. */
  readonly intensity: number;
  /** Of the unit's peak rate. */
  readonly share: number;
}

/** What each column reached, where a ceiling was measured for what it computes with. */
export const reached = ({ records, peaks }: Pick<BenchmarkReport, 'records' | 'peaks'>): readonly Reached[] =>
  records.flatMap(({ workload, column, unit, medianMicroseconds: time, flopsPerStep: flops, bytesPerStep: bytes }) => {
    const peak = peaks.find((each) => each.unit === unit);
    if (peak === undefined || unit === null || time === null || flops === null || bytes === null) return [];
    const rate = (flops * 1e6) / time;
    return [{ workload, column, unit, flops: rate, intensity: flops / bytes, share: rate / peak.flops }];
  });
