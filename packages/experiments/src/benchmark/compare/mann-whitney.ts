/**
 * P(U = u) for u = 0 … n·m under the null hypothesis of Mann & Whitney (1947): U counts the pairs (i, j) with xᵢ < yⱼ among n
 * values x and m values y that come from one continuous distribution. By their recurrence on which sample holds the largest value.
 */
export const mannWhitneyDistribution = (n: number, m: number): Float64Array => {
  const most = n * m;
  // rows[j] is the distribution for i values of x and j of y.
  let rows: Float64Array[] = Array.from({ length: m + 1 }, () => Float64Array.of(1));
  for (let i = 1; i <= n; i++) {
    const next: Float64Array[] = [Float64Array.of(1)];
    for (let j = 1; j <= m; j++) {
      const out = new Float64Array(i * j + 1);
      // The largest value is an x: below no y. It is a y: above all i values of x.
      const [without, above] = [rows[j]!, next[j - 1]!];
      for (let u = 0; u < without.length; u++) out[u]! += (without[u]! * i) / (i + j);
      for (let u = 0; u < above.length; u++) out[u + i]! += (above[u]! * j) / (i + j);
      next.push(out);
    }
    rows = next;
  }
  const result = rows[m]!;
  return result.length === most + 1 ? result : Float64Array.of(1);
};

/** Beyond so many pairs the normal distribution is as good, and counting takes long. */
const MOST_EXACT = 2500;

/** P(Z ≤ z) is `p` for the standard normal distribution; bisection of its integral, to eight digits. */
const normalQuantile = (p: number): number => {
  // Abramowitz & Stegun (1964), 26.2.17: |error| < 7.5e-8.
  const cumulative = (z: number): number => {
    const t = 1 / (1 + 0.2316419 * Math.abs(z));
    const tail =
      (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) *
      t *
      (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
    return z > 0 ? 1 - tail : tail;
  };
  let [low, high] = [-10, 10];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (cumulative(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
};

/** Rows of two reports mostly have as many samples as one another, and counting them takes milliseconds. */
const criticalValues = new Map<string, number>();

/**
 * The largest k with P(U ≤ k) ≤ (1 − level)/2, which is the critical value of the two-sided test; −1 when the samples are too
 * small for any.
 */
export const criticalValue = (n: number, m: number, level: number): number => {
  const key = `${n} ${m} ${level}`;
  const known = criticalValues.get(key) ?? computeCriticalValue(n, m, level);
  criticalValues.set(key, known);
  return known;
};

const computeCriticalValue = (n: number, m: number, level: number): number => {
  const tail = (1 - level) / 2;
  if (n * m > MOST_EXACT) {
    const deviation = Math.sqrt((n * m * (n + m + 1)) / 12);
    return Math.max(-1, Math.floor((n * m) / 2 - 0.5 + normalQuantile(tail) * deviation));
  }
  let below = 0;
  const distribution = mannWhitneyDistribution(n, m);
  for (let u = 0; u < distribution.length; u++) {
    below += distribution[u]!;
    // What rounding adds in a hundred sums must not decide.
    if (below > tail * (1 + 1e-9)) return u - 1;
  }
  return distribution.length - 1;
};
