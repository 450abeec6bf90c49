/** Steps that were started, to be waited for together. */
export interface Started {
  readonly steps: number;
  /** True when a loop among them ran for the first time. */
  readonly cold: boolean;
}

/** How long they took. */
export interface Timed extends Started {
  readonly milliseconds: number;
}

/** Times steps that run in the background: they are started one loop after the other, and waited for together. */
export interface Stopwatch {
  /** Begins a new interval: what happened since the last one does not count. */
  restart(): void;
  /** Awaits work whose time does not count: compiling is no part of a step. */
  untimed<T>(work: Promise<T>): Promise<T>;
  /** Says that a loop of so many steps was started. */
  started(steps: number, cold: boolean): void;
  /** What was started since the last mark. */
  marked(): Started;
  /** Says that it has ended, and what was started before; undefined when it was nothing. */
  ended(started: Started): Timed | undefined;
  /** Says that what was started has failed. */
  discard(): void;
  /** Since the last mark. */
  readonly startedSteps: number;
  /** Of the current interval: since something ended. */
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
    marked: () => {
      const started = { steps, cold };
      steps = 0;
      cold = false;
      return started;
    },
    ended: (started) => {
      const now = performance.now();
      const timed = { ...started, milliseconds: now - clock };
      clock = now;
      if (started.steps === 0) return undefined;
      const total = started.cold ? totals.cold : totals.warm;
      total.steps += timed.steps;
      total.milliseconds += timed.milliseconds;
      return timed;
    },
    discard: () => {
      steps = 0;
      cold = false;
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
