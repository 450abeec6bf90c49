/** Milliseconds from some fixed moment. */
export type Clock = () => number;

/**
 * The smallest step in milliseconds that the clock was seen to make, over so many tries. Browsers coarsen their clock to
 * 0.005–0.1 ms; Node's is finer than the call that reads it, which is then what this returns.
 */
export const clockResolution = (clock: Clock, tries = 20): number => {
  let smallest = Infinity;
  for (let i = 0; i < tries; i++) {
    const start = clock();
    let next = clock();
    while (next === start) next = clock();
    smallest = Math.min(smallest, next - start);
  }
  return smallest;
};
