import { yieldToEventLoop } from '../backend/yieldToEventLoop.ts';
import type { Subject } from './workload.ts';

/** Times of one run or training step, in microseconds. */
export interface Timing {
  readonly median: number;
  /** Median absolute deviation, median |tᵢ − median t|. */
  readonly spread: number;
  readonly samples: number;
}

/** Share of the budget that warms up engine and device at least. */
const WARM_UP = 0.3;

/** Warming up takes longer while it makes calls cheaper, but no more than so many budgets. */
const LONGEST_WARM_UP = 3;

/** Samples that fit into a budget, at most and at least. */
const SAMPLES = 40;
const LONG_SAMPLES = 5;

/** Samples that are taken although the budget is spent, unless it is spent twice. */
const LEAST_SAMPLES = 3;

/**
 * A call that is cheaper by this factor than all before says that it is worth going on: with warming up, and with more runs per
 * sample, among which what a synchronisation costs is shared.
 */
const CHEAPER = 0.9;

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

/** A subject that is being measured. */
export interface Measurement {
  /** Runs until that makes it no cheaper, and finds how many runs a sample needs. */
  warmUp(): Promise<void>;
  /** Whether the budget has room for a further sample. */
  wantsMore(): boolean;
  sample(): Promise<void>;
  /** Of the samples so far. */
  timing(): Timing;
}

/**
 * Prepares to measure a subject for about so many milliseconds, warming up included. Every sample ends with the device having
 * done its work; what compiling takes meanwhile is left out. Samples of several subjects can be taken in turns, so that what
 * else the machine does slows all of them.
 *
 * @param wait for one answer of the subject; rejects when it takes too long.
 */
export const measurementOf = (
  subject: Subject,
  budget: number,
  wait: <T>(answer: Promise<T>) => Promise<T>,
  clock: () => number = () => performance.now(),
): Measurement => {
  const room = (1 - WARM_UP) * budget;
  const samples: number[] = [];
  let count = subject.grain;
  let spent = 0;
  const timed = async (): Promise<number> => {
    const [start, compiling] = [clock(), subject.compileMilliseconds];
    await wait(subject.run(count));
    const milliseconds = Math.max(0, clock() - start - (subject.compileMilliseconds - compiling));
    spent += milliseconds;
    await yieldToEventLoop();
    return milliseconds;
  };
  return {
    warmUp: async () => {
      let cheapest = Infinity;
      let isCheaper = true;
      const isWarm = (): boolean => spent >= (isCheaper ? LONGEST_WARM_UP : WARM_UP) * budget;
      while (!isWarm()) {
        const milliseconds = await timed();
        const each = milliseconds / count;
        isCheaper = each < CHEAPER * cheapest;
        cheapest = Math.min(cheapest, each);
        // Powers of two, which loops of 16, 256 … steps make up with few calls.
        if (milliseconds < room / SAMPLES || (isCheaper && milliseconds < room / LONG_SAMPLES / 2)) count *= 2;
      }
      spent = 0;
    },
    wantsMore: () => spent < room || (samples.length < LEAST_SAMPLES && spent < 2 * room),
    sample: async () => {
      samples.push((1000 * (await timed())) / count);
    },
    timing: () => timingOf(samples),
  };
};
