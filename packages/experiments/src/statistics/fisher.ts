/** Successes of so many runs. */
export interface Successes {
  readonly successes: number;
  readonly runs: number;
}

const logFactorials = (most: number): readonly number[] => {
  const table = [0];
  for (let n = 1; n <= most; n++) table.push(table[n - 1]! + Math.log(n));
  return table;
};

/** Tables that are as likely as the observed one may come out a bit larger by rounding. */
const SLACK = 1 + 1e-7;

/**
 * Fisher's exact test, two-sided: the probability, were both rates the same, of a table of the same margins that is at most as
 * likely as the observed one.
 */
export const fisherExact = (first: Successes, second: Successes): number => {
  const total = first.runs + second.runs;
  const successes = first.successes + second.successes;
  const log = logFactorials(total);
  const choose = (n: number, k: number): number => log[n]! - log[k]! - log[n - k]!;
  const probability = (k: number): number =>
    Math.exp(choose(first.runs, k) + choose(second.runs, successes - k) - choose(total, successes));
  const observed = probability(first.successes);
  let sum = 0;
  for (let k = Math.max(0, successes - second.runs); k <= Math.min(first.runs, successes); k++) {
    const each = probability(k);
    if (each <= observed * SLACK) sum += each;
  }
  return Math.min(1, sum);
};
