import type { Peak, Unit } from '@nalu/experiments/benchmark';

/** A ceiling: bandwidth · intensity, up to the peak rate. */
export interface Roof {
  readonly unit: Unit;
  /** Where the data are. */
  readonly memory: 'memory' | 'cache';
  /** Operations in a second. */
  readonly peak: number;
  /** Bytes in a second. */
  readonly bandwidth: number;
}

/** Two of each unit: what it can do with data in memory, and with data in the first-level cache. */
export const roofsOf = (peaks: readonly Peak[]): readonly Roof[] =>
  peaks.flatMap(({ unit, flops, bandwidth, cacheBandwidth }) => [
    { unit, memory: 'memory', peak: flops, bandwidth },
    { unit, memory: 'cache', peak: flops, bandwidth: cacheBandwidth },
  ]);
