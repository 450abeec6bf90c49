import type { NumericLayer, WeightMatrix } from './layers.ts';

/** One constrained weight. */
export interface WeightReading {
  /** Matrix and place: `0/add[1, 0]` weighs input 1 for output 0. */
  readonly path: string;
  readonly value: number;
  /** The nearest of −1, 0 and 1. */
  readonly nearest: number;
  readonly distance: number;
}

/** What arithmetic is made of. */
export const WHOLE: readonly number[] = [-1, 0, 1];
/** With halves, a product layer has square roots. */
export const HALVES: readonly number[] = [-1, -0.5, 0, 0.5, 1];

export const nearestOf = (candidates: readonly number[], value: number): number =>
  candidates.reduce((best, candidate) => (Math.abs(value - candidate) < Math.abs(value - best) ? candidate : best));

/** All matrices of a network, those shared by two paths once. */
export const matricesOf = (layers: readonly NumericLayer[]): readonly (WeightMatrix & { readonly outputs: number })[] =>
  layers.flatMap(({ paths, outputs }) =>
    paths
      .filter((path, i) => paths.findIndex(({ weights }) => weights.path === path.weights.path) === i)
      .map(({ weights }) => ({ ...weights, outputs })),
  );

/** All constrained weights with their distance to −1, 0 and 1. */
export const readWeights = (layers: readonly NumericLayer[]): readonly WeightReading[] =>
  matricesOf(layers).flatMap(({ path, values, outputs }) =>
    Array.from(values, (value, at) => {
      const nearest = nearestOf(WHOLE, value);
      return {
        path: `${path}[${Math.floor(at / outputs)}, ${at % outputs}]`,
        value,
        nearest,
        distance: Math.abs(value - nearest),
      };
    }),
  );

/**
 * The largest distance of a weight to the nearest of −1, 0 and 1: max min(|w|, |1 − |w||). Madsen & Johansen (2020), section 4.
 * Undefined without weights.
 */
export const sparsityError = (weights: readonly WeightReading[]): number | undefined =>
  weights.length === 0 ? undefined : Math.max(...weights.map(({ distance }) => distance));
