import type { Tensor } from '../tensor/tensor.ts';
import type { AnyValues, Module } from './contract.ts';
import { nalu, naluOptions, type NaluOptions } from './nalu.ts';
import { checkSizes } from './sizes.ts';
import { flatten, unflatten } from './tree.ts';

/** Options of a NALU; `weights` is `shared` and ε 1e-7 unless given, as in the published comparison. */
export type GnaluOptions = NaluOptions;

/** log φ of the golden ratio φ. */
const LOG_GOLDEN = Math.log((1 + Math.sqrt(5)) / 2);

/**
 * The golden-ratio NALU: a NALU with φ = (1 + √5)/2 in the place of e.
 *
 *     tanhφ(x) = (φ²ˣ − 1)/(φ²ˣ + 1)    σφ(x) = 1/(1 + φ⁻ˣ)
 *     W = tanhφ(Ŵ) ⊙ σφ(M̂)    a = x·W    m = φ^(logφ(|x| + ε)·W)    g = σφ(x·G)    y = g ⊙ a + (1 − g) ⊙ m
 *
 * Since φˣ = exp(x·log φ), this is a NALU whose stored parameters are all multiplied by log φ = 0.48: flatter functions, the
 * same networks. Shapes and parameters are the NALU's. Rana et al. (2019), IEEE document 8995315; definition as in the
 * code of Mistry, Farrahi and Hare (2022).
 *
 * Trap: the multiplicative path does not change at all, the two logarithms cancel.
 */
export const gnalu = (options: GnaluOptions): Module => {
  checkSizes('gnalu', options, naluOptions);
  const plain = nalu({ weights: 'shared', epsilon: 1e-7, ...options });
  const scaled = (p: AnyValues<Tensor>, factor: number): AnyValues<Tensor> =>
    unflatten(
      plain.params,
      flatten(plain.params, p).map((parameter) => parameter.mul(factor)),
    );
  return {
    ...plain,
    name: 'gnalu',
    paper: 'Rana et al. 2019, IEEE 8995315',
    apply: (p, x, context) => plain.apply(scaled(p, LOG_GOLDEN), x, context),
    snap: (p, nearest) => scaled(plain.snap!(scaled(p, LOG_GOLDEN), nearest) as AnyValues<Tensor>, 1 / LOG_GOLDEN),
    form: (p) => plain.form!(scaled(p, LOG_GOLDEN)),
  };
};
