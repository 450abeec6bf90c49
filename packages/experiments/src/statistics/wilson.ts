/** A share of successes with the bounds that it has at 95 % confidence. */
export type Interval = readonly [low: number, high: number];

/** The 97.5 % point of the standard normal distribution. */
const Z = 1.959963984540054;

/**
 * Wilson's score interval of a success rate at 95 % confidence: (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n) with
 * p = successes/runs. Unlike p ± z·√(p(1−p)/n) it says something at 0 and at 100 %. Wilson (1927).
 */
export const wilson = (successes: number, runs: number): Interval => {
  const share = successes / runs;
  const z2 = Z ** 2 / runs;
  const centre = share + z2 / 2;
  const reach = Z * Math.sqrt((share * (1 - share)) / runs + z2 / (4 * runs));
  // At 0 and 1 the formula's rounding may miss the bound by a bit.
  return [successes === 0 ? 0 : (centre - reach) / (1 + z2), successes === runs ? 1 : (centre + reach) / (1 + z2)];
};
