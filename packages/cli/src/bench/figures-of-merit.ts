import { median, type BenchmarkRecord, type BenchmarkReport } from '@nalu/experiments/benchmark';
import { short } from '../output/numbers.ts';

/** The median as text; nothing of no values. */
export const middle = (values: readonly number[]): string => (values.length === 0 ? '' : short(median(values)));

/** A point of the roofline. */
export interface Reached {
  readonly workload: string;
  readonly column: string;
  readonly unit: NonNullable<BenchmarkRecord['unit']>;
  /** Operations in a second. */
  readonly flops: number;
  /** Operations for each byte, as if nothing were fused. */
  readonly intensity: number;
  /** Of the unit's peak rate. */
  readonly share: number;
}

/** What each column reached, where a ceiling was measured for what it computes with. */
export const reached = ({ records, peaks }: BenchmarkReport): readonly Reached[] =>
  records.flatMap(({ workload, column, unit, medianMicroseconds: time, flopsPerStep: flops, bytesPerStep: bytes }) => {
    const peak = peaks.find((each) => each.unit === unit);
    if (peak === undefined || unit === null || time === null || flops === null || bytes === null) return [];
    const rate = (flops * 1e6) / time;
    return [{ workload, column, unit, flops: rate, intensity: flops / bytes, share: rate / peak.flops }];
  });
