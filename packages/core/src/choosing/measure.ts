import { yieldToEventLoop } from '../training/yield.ts';
import type { Subject } from './workload.ts';

/** Times of one run or training step, in microseconds. */
export interface Timing {
  readonly median: number;
  /** Median absolute deviation, median |tᵢ − median t|. */
  readonly spread: number;
  readonly samples: number;
}

/** Share of the budget that warms up engine and device. */
const WARM_UP = 0.3;

/** Samples that fit into a budget. */
const SAMPLES = 20;

/** Samples that are taken although the budget is spent, unless it is spent twice. */
const LEAST_SAMPLES = 3;

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
};

export const timingOf = (samples: readonly number[]): Timing => {
  const centre = median(samples);
  return {
    median: centre,
    spread: median(samples.map((sample) => Math.abs(sample - centre))),
    samples: samples.length,
  };
};

/**
 * Measures a subject for about so many milliseconds. Every sample ends with the device having done its work; what compiling
 * takes meanwhile is left out.
 *
 * @param wait for one answer of the subject; rejects when it takes too long.
 */
export const measure = async (
  subject: Subject,
  budget: number,
  wait: <T>(answer: Promise<T>) => Promise<T>,
  clock: () => number = () => performance.now(),
): Promise<Timing> => {
  const begun = clock();
  const spent = (): number => clock() - begun;
  const timed = async (count: number): Promise<number> => {
    const [start, compiling] = [clock(), subject.compileMilliseconds];
    await wait(subject.run(count));
    const milliseconds = clock() - start - (subject.compileMilliseconds - compiling);
    await yieldToEventLoop();
    return Math.max(0, milliseconds);
  };
  // Powers of two, which loops of 16, 256 … steps make up with few calls.
  let count = 1;
  do {
    if ((await timed(count)) < (budget * (1 - WARM_UP)) / SAMPLES / 2) count *= 2;
  } while (spent() < WARM_UP * budget);
  const samples: number[] = [];
  const wantsMore = (): boolean => spent() < budget || (samples.length < LEAST_SAMPLES && spent() < 2 * budget);
  do samples.push((1000 * (await timed(count))) / count);
  while (wantsMore());
  return timingOf(samples);
};
