/** Lengths of compiled loops: factors of four keep a call within the aim, and few graphs have to be compiled. */
const LADDER: readonly number[] = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536];

/** A call should take about this long, in milliseconds: long enough to cost nothing, short enough to answer Ctrl-C. */
const AIM = 25;

/** Chooses how many steps the next call makes. */
export interface Pace {
  /** Steps of the next call: at most `remaining`. */
  next(remaining: number): number;
  /** Tells how long some steps took. */
  learn(steps: number, milliseconds: number): void;
  /** True when what was started since the last `learn` should be waited for. */
  shouldWait(stepsStarted: number): boolean;
  /** Milliseconds of one step, as measured last; undefined before. */
  readonly perStep: number | undefined;
}

/**
 * @param lengths allowed lengths. Default: powers of four. A fixed length of a caller who runs the same number of steps again
 * and again avoids splitting it.
 */
export const newPace = (lengths: readonly number[] = LADDER): Pace => {
  const longestFirst = [...new Set([1, ...lengths])].sort((a, b) => b - a);
  let perStep: number | undefined;
  const affordable = (): number => (perStep === undefined ? 1 : Math.max(1, AIM / perStep));
  return {
    next: (remaining) => {
      const limit = lengths === LADDER ? Math.min(remaining, affordable()) : remaining;
      return longestFirst.find((length) => length <= limit) ?? 1;
    },
    learn: (steps, milliseconds) => {
      perStep = milliseconds / steps;
    },
    shouldWait: (stepsStarted) => perStep === undefined || stepsStarted * perStep >= AIM,
    get perStep() {
      return perStep;
    },
  };
};
