import { normal, streamOf, uniform } from '@nalu/core';

/** Where single numbers are drawn from. */
export type Distribution =
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  /** Mean (low + high)/2, deviation (high − low)/6, nothing outside. */
  | { readonly kind: 'truncatedNormal'; readonly low: number; readonly high: number }
  | { readonly kind: 'exponential'; readonly scale: number };

/** U(0,1), N(-3,3), E(0.8). */
export const showDistribution = (distribution: Distribution): string => {
  if (distribution.kind === 'exponential') return `E(${distribution.scale})`;
  return `${distribution.kind === 'uniform' ? 'U' : 'N'}(${distribution.low},${distribution.high})`;
};

/** Standard normal numbers within three deviations: 3 in 1000 are drawn again. */
const withinThree = (seed: number, count: number): Float64Array => {
  const out = new Float64Array(count);
  let filled = 0;
  for (let round = 0; filled < count; round++)
    for (const z of normal(seed, 0, streamOf('distribution'), round, count))
      if (Math.abs(z) <= 3 && filled < count) out[filled++] = z;
  return out;
};

/** In double precision, to compute with. Copied before it is mapped: `Float64Array.from` with a function takes five times as long. */
const unit = (seed: number, count: number): Float64Array =>
  new Float64Array(uniform(seed, 0, streamOf('distribution'), 0, count));

type Kind = Distribution['kind'];

const draws: {
  readonly [K in Kind]: (distribution: Extract<Distribution, { kind: K }>, seed: number, count: number) => Float64Array;
} = {
  uniform: ({ low, high }, seed, count) => unit(seed, count).map((u) => low + (high - low) * u),
  truncatedNormal: ({ low, high }, seed, count) => withinThree(seed, count).map((z) => (low + high) / 2 + ((high - low) / 6) * z),
  exponential: ({ scale }, seed, count) => unit(seed, count).map((u) => -Math.log(1 - u) * scale),
};

/** Independent numbers from a distribution; the same seed gives the same ones everywhere. */
export const drawNumbers = <K extends Kind>(
  distribution: Extract<Distribution, { kind: K }>,
  seed: number,
  count: number,
): Float64Array => draws[distribution.kind as K](distribution, seed, count);
