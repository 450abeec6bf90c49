/** Time that a computation took. */
export interface Spent {
  /** By the clock on the wall: a machine that does other things, or a process that is paused, makes it longer. */
  readonly milliseconds: number;
  /** Of the processor, for all threads of this process together. What a GPU does is not in it. */
  readonly processorMilliseconds: number;
}

export const noTime: Spent = { milliseconds: 0, processorMilliseconds: 0 };

export const totalSpent = (all: readonly Spent[]): Spent => ({
  milliseconds: all.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
  processorMilliseconds: all.reduce((sum, { processorMilliseconds }) => sum + processorMilliseconds, 0),
});

/** Starts a stopwatch, which says at any time what was spent since. */
export const startStopwatch = (): (() => Spent) => {
  const started = performance.now();
  const processor = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(processor);
    return { milliseconds: performance.now() - started, processorMilliseconds: (user + system) / 1000 };
  };
};
