/** ε of the article's code: what is added to |x| before the logarithm. */
export const epsilon = 1e-6;

/** One factor on the log path. */
export interface Factor {
  /** log(|x| + ε). */
  readonly log: number;
  /** W·log(|x| + ε). */
  readonly share: number;
}

/** A product on its way through logarithms: m = exp(Σ W·log(|x| + ε)). */
export interface Product {
  readonly factors: readonly Factor[];
  readonly sum: number;
  readonly value: number;
}

export const productOf = (x: readonly number[], weights: readonly number[]): Product => {
  const factors = x.map((value, i) => {
    const log = Math.log(Math.abs(value) + epsilon);
    return { log, share: weights[i]! * log };
  });
  const sum = factors.reduce((total, { share }) => total + share, 0);
  return { factors, sum, value: Math.exp(sum) };
};

const power = (name: string, weight: number): string => {
  const exponent = Number(Math.abs(weight).toFixed(2));
  if (exponent === 1) return name;
  return exponent === 0.5 ? `√${name}` : `${name}^${exponent}`;
};

/** What the path computes, as people write it: `a·b`, `a/b`, `√a`, `1/b`. */
export const productText = (weights: readonly number[], names: readonly string[]): string => {
  const of = (wanted: (weight: number) => boolean): readonly string[] =>
    weights.flatMap((weight, i) => (wanted(Number(weight.toFixed(2))) ? [power(names[i]!, weight)] : []));
  const above = of((weight) => weight > 0);
  const below = of((weight) => weight < 0);
  const top = above.length === 0 ? '1' : above.join('·');
  if (below.length === 0) return top;
  return `${top}/${below.length === 1 ? below[0]! : `(${below.join('·')})`}`;
};

/** The same with signs, as a calculator has it. */
export const rightAnswer = (x: readonly number[], weights: readonly number[]): number =>
  x.reduce((product, value, i) => product * value ** weights[i]!, 1);
