import { grouped } from '@nalu/experiments/benchmark';

export { grouped, short, withSpread } from '@nalu/experiments/benchmark';

/** A number at an axis: whole ones as people write them. */
export const tick = (value: number): string => (value >= 1 ? grouped(value) : String(value));

/** A duration: 850 ms, 12 s, 2 min 5 s. */
export const duration = (milliseconds: number): string => {
  if (milliseconds < 1000) return `${milliseconds.toFixed(0)} ms`;
  if (milliseconds < 9950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
};

/** 1 seed, 2 seeds. */
export const count = (number: number, noun: string): string => `${grouped(number)} ${noun}${number === 1 ? '' : 's'}`;
