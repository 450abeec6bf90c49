import type { BenchmarkRecord } from '@nalu/experiments/benchmark';

/** A record with a time. */
export type Timed = BenchmarkRecord & { readonly medianMicroseconds: number; readonly spreadMicroseconds: number };

export const isTimed = (record: BenchmarkRecord): record is Timed =>
  record.status === 'ok' && record.medianMicroseconds !== null && record.spreadMicroseconds !== null;
