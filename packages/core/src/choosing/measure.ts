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

/** Samples that fit into a budget, at most and at least. */
const SAMPLES = 40;
const LONG_SAMPLES = 5;

/** More calls per sample go on being worth it while they make one cheaper by this factor: what a synchronisation costs is then shared. */
const WORTH_IT = 0.9;

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
  let spent = 0;
  const timed = async (count: number): Promise<number> => {
    const [start, compiling] = [clock(), subject.compileMilliseconds];
    await wait(subject.run(count));
    const milliseconds = Math.max(0, clock() - start - (subject.compileMilliseconds - compiling));
    spent += milliseconds;
    await yieldToEventLoop();
    return milliseconds;
  };
  const room = (1 - WARM_UP) * budget;
  const isWarm = (): boolean => spent >= WARM_UP * budget;
  let count = subject.grain;
  let cheapest = Infinity;
  do {
    const milliseconds = await timed(count);
    const isCheaper = milliseconds / count < WORTH_IT * cheapest;
    cheapest = Math.min(cheapest, milliseconds / count);
    if (milliseconds < room / SAMPLES || (isCheaper && milliseconds < room / LONG_SAMPLES / 2)) count *= 2;
  } while (!isWarm());
  const samples: number[] = [];
  const wantsMore = (): boolean => spent < budget || (samples.length < LEAST_SAMPLES && spent < 2 * budget);
  do samples.push((1000 * (await timed(count))) / count);
  while (wantsMore());
  return timingOf(samples);
};
