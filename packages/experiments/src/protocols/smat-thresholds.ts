import type { Draw } from '../reproduce/rows.ts';

/** The interval of magnitudes. Mirrored intervals have the same. */
const magnitudes = (draw: Draw): readonly [number, number] => {
  const [low, high] = (typeof draw[0] === 'number' ? draw : draw[1]) as readonly [number, number];
  return low < 0 ? [-high, -low] : [low, high];
};

/** E|x|, E|x|² and E|x|⁻² of a uniform |x|. */
const moments = (draw: Draw): { readonly mean: number; readonly square: number; readonly inverseSquare: number } => {
  const [low, high] = magnitudes(draw);
  return { mean: (low + high) / 2, square: (low ** 2 + low * high + high ** 2) / 3, inverseSquare: 1 / (low * high) };
};

/** E(c + Σ|x|)² over n independent inputs. */
const squareOfSum = (constant: number, inputs: number, { mean, square }: ReturnType<typeof moments>): number =>
  (constant + inputs * mean) ** 2 + inputs * (square - mean ** 2);

/**
 * The mean squared error of a nearly perfect module, to first order in ε: weights are off by ε, those of inputs that do not count
 * too. Sums are then off by ε·Σ|x| over all inputs, products and quotients by the factor 1 ± ε·(2 + Σ|x| over the inputs that do not
 * count). The authors simulate the same formulas (`generate_exp_thresholds.r`).
 */
export const nearlyPerfect = (operation: string, draw: Draw, inputs: number, epsilon: number): number => {
  const x = moments(draw);
  const rest = squareOfSum(2, inputs - 2, x);
  const sizes: { readonly [name: string]: number } = {
    '+': squareOfSum(0, inputs, x),
    '-': squareOfSum(0, inputs, x),
    '*': x.square ** 2 * rest,
    '/': x.square * x.inverseSquare * rest,
  };
  return sizes[operation]! * epsilon ** 2;
};
