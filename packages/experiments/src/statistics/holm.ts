/**
 * Holm's step-down correction: the i-th smallest of m probabilities is multiplied by m − i + 1, never falls below the ones before
 * it and never exceeds 1. Below 0.05, the difference is significant among all of them. Holm (1979).
 */
export const holm = (probabilities: readonly number[]): readonly number[] => {
  const order = probabilities.map((_, i) => i).sort((a, b) => probabilities[a]! - probabilities[b]!);
  const adjusted = new Array<number>(probabilities.length);
  let least = 0;
  order.forEach((index, rank) => {
    least = Math.max(least, Math.min(1, probabilities[index]! * (probabilities.length - rank)));
    adjusted[index] = least;
  });
  return adjusted;
};
