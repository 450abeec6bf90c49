import { ArgumentError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Module } from './contract.ts';
import { rememberInput } from './inputMean.ts';
import { nmu, nmuOptions, selectedProduct, type NmuOptions } from './nmu.ts';
import type { OneWeight } from './oneWeight.ts';
import { checkSizes } from './sizes.ts';

/** Bounds of the noise. */
export interface NoiseRange {
  readonly from: number;
  readonly to: number;
}

export interface SnmuOptions extends NmuOptions {
  /** `batch`: from 1 to 1 + 1/(standard deviation of the batch). Default: from 1 to 5, as in the paper. */
  readonly noise?: NoiseRange | 'batch';
}

/** The deviation of all numbers of a batch, with n − 1 as in PyTorch's `std`. */
const deviation = (x: Tensor): Tensor =>
  x
    .sub(x.mean())
    .square()
    .sum()
    .div(x.size - 1)
    .sqrt();

/** Width of the noise; what it depends on gets no derivative. */
const widthOf = (noise: NoiseRange | 'batch', x: Tensor): Tensor | number =>
  noise === 'batch' ? deviation(x).reciprocal().stopGradient() : noise.to - noise.from;

/**
 * The stochastic NMU: while training, the inputs are multiplied by noise, which cancels exactly where the weights are whole.
 *
 *     n ~ U[from, to) per input and row    yⱼ = Πᵢ (Wᵢⱼ·xᵢ·nᵢ + 1 − Wᵢⱼ) / Πᵢ (Wᵢⱼ·nᵢ + 1 − Wᵢⱼ)
 *
 * In use it is an `nmu`, with the same shapes, parameters and clamp. Mistry, Farrahi and Hare (2022), arXiv 2211.05624.
 *
 * Trap: noise around 0 divides by almost nothing; keep it above 0.
 *
 * @throws ArgumentError for bounds of the noise that are not 0 < from < to.
 */
export const snmu = (options: SnmuOptions): Module<OneWeight> => {
  checkSizes('snmu', options, { ...nmuOptions, noise: true });
  const { noise = { from: 1, to: 5 }, ...rest } = options;
  if (noise !== 'batch' && !(noise.from > 0 && noise.to > noise.from && Number.isFinite(noise.to)))
    throw new ArgumentError(`snmu: the noise must have bounds 0 < from < to, but they are ${noise.from} and ${noise.to}.`);
  const plain = nmu(rest);
  return {
    ...plain,
    name: 'snmu',
    paper: 'Mistry, Farrahi and Hare 2022, arXiv 2211.05624',
    settings: noise === 'batch' ? { noise } : { noiseFrom: noise.from, noiseTo: noise.to },
    apply: (p, x, context) => {
      if (!context.training) return plain.apply(p, x, context);
      const from = noise === 'batch' ? 1 : noise.from;
      const n = context.uniform(x.shape).mul(widthOf(noise, x)).add(from);
      const w = p.weight.clamp(0, 1);
      rememberInput(context, p.weight, x.mul(n));
      return selectedProduct(x.mul(n), w).div(selectedProduct(n, w));
    },
  };
};
