import type { Tier } from '../reports/report.ts';

/**
 * Which share of the time is over when 0, 10, 20 … 100 % of the checks are. Later checks look at larger arrays and at training,
 * and `certify` ends with the largest. Measured on js and tfjs-wasm; others differ, so it is good for a rough guess only.
 */
const shares: { readonly [T in Tier]: readonly number[] } = {
  smoke: [0, 0.08, 0.13, 0.17, 0.21, 0.27, 0.3, 0.4, 0.49, 0.61, 1],
  certify: [0, 0.04, 0.09, 0.15, 0.2, 0.26, 0.4, 0.41, 0.43, 0.47, 1],
};

/** The share of a run's time that is over, 0 to 1. */
export const timeShare = (tier: Tier, done: number, total: number): number => {
  const at = (10 * done) / total;
  const below = Math.min(9, Math.floor(at));
  const [from, to] = [shares[tier][below]!, shares[tier][below + 1]!];
  return from + (at - below) * (to - from);
};

/** Milliseconds that a run still takes, by what it has taken so far; undefined as long as that says nothing. */
export const timeLeft = (tier: Tier, done: number, total: number, elapsed: number): number | undefined => {
  const share = timeShare(tier, done, total);
  return share < 0.03 ? undefined : (elapsed * (1 - share)) / share;
};

/** `about 20 s left`: no digits that nobody can know. */
export const showTimeLeft = (milliseconds: number): string => {
  const seconds = milliseconds / 1000;
  if (seconds < 5) return 'a few seconds left';
  if (seconds < 60) return `about ${Math.ceil(seconds / 5) * 5} s left`;
  return `about ${Math.ceil(seconds / 60)} min left`;
};
