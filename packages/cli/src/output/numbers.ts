export { short, withSpread } from '@nalu/experiments/benchmark';

/** A relative error as a percentage; beyond a thousandfold the digits say nothing. */
export const percent = (fraction: number): string => {
  if (Number.isNaN(fraction)) return 'NaN';
  if (fraction >= 10) return '>999%';
  if (fraction < 1e-5) return '<0.001%';
  return `${Number((fraction * 100).toPrecision(2))}%`;
};

/** 850 ms, 12.3 s, 2 min 5 s. */
export const duration = (milliseconds: number): string => {
  if (milliseconds < 1000) return `${milliseconds.toFixed(0)} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
};

/** 1 seed, 2 seeds. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
