/** Steps that were waited for, and how long they took. */
interface Timed {
  readonly steps: number;
  readonly milliseconds: number;
  /** True when a loop among them ran for the first time. */
  readonly cold: boolean;
}

/** Times steps that run in the background: they are started one loop after the other, and waited for together. */
export interface Stopwatch {
  /** Begins a new interval: what happened since the last one does not count. */
  restart(): void;
  /** Awaits work whose time does not count: compiling is no part of a step. */
  untimed<T>(work: Promise<T>): Promise<T>;
  /** Says that a loop of so many steps was started. */
  started(steps: number, cold: boolean): void;
  /** Says that everything started has ended; undefined when nothing was. */
  ended(): Timed | undefined;
  /** Says that what was started has failed. */
  discard(): void;
  readonly startedSteps: number;
  /** Of the current interval. */
  readonly milliseconds: number;
  /** By loops that had run before, where there are any. Undefined before the first step. */
  readonly microsecondsPerStep: number | undefined;
}

export const newStopwatch = (): Stopwatch => {
  const totals = { cold: { steps: 0, milliseconds: 0 }, warm: { steps: 0, milliseconds: 0 } };
  let clock = performance.now();
  let steps = 0;
  let cold = false;
  return {
    restart: () => {
      clock = performance.now();
    },
    untimed: async (work) => {
      const before = performance.now();
      const result = await work;
      clock += performance.now() - before;
      return result;
    },
    started: (more, isCold) => {
      steps += more;
      cold ||= isCold;
    },
    ended: () => {
      const now = performance.now();
      const timed = { steps, milliseconds: now - clock, cold };
      clock = now;
      if (steps === 0) return undefined;
      const total = cold ? totals.cold : totals.warm;
      total.steps += timed.steps;
      total.milliseconds += timed.milliseconds;
      steps = 0;
      cold = false;
      return timed;
    },
    discard: () => {
      steps = 0;
    },
    get startedSteps() {
      return steps;
    },
    get milliseconds() {
      return performance.now() - clock;
    },
    get microsecondsPerStep() {
      const total = totals.warm.steps > 0 ? totals.warm : totals.cold;
      return total.steps === 0 ? undefined : (1000 * total.milliseconds) / total.steps;
    },
  };
};
