import { ArgumentError } from '../errors.ts';
import { checkOptionNames } from '../options.ts';
import type { Tensor, TensorLike } from '../tensor/tensor.ts';

/** A setting of an optimiser: one number for all members, or one for each. */
export type Hyper = number | ArrayLike<number>;

/** One step of one parameter. Slots are the optimiser's memory of it, in the parameter's shape, zero at first. */
export type Update = (
  parameter: Tensor,
  gradient: Tensor,
  slots: readonly Tensor[],
) => { readonly parameter: Tensor; readonly slots: readonly Tensor[] };

/** A rule that turns gradients into steps, written for one member. */
export interface Optimiser {
  readonly name: string;
  /** Settings by name; always with `learningRate`. Inside the graph they are scalars. */
  readonly hyper: { readonly learningRate: Hyper; readonly [name: string]: Hyper };
  /** Names of the slots. */
  readonly slots: readonly string[];
  /**
   * Prepares what all parameters share in a step.
   *
   * @param rate the learning rate of this step, after the schedule: a scalar.
   * @param count number of this step, from 1: a scalar.
   */
  begin(hyper: { readonly [name: string]: TensorLike }, rate: TensorLike, count: Tensor): Update;
}

/** Computes a setting from another, member by member, in double precision. */
const derive = (value: Hyper, f: (value: number) => number): Hyper =>
  typeof value === 'number' ? f(value) : Array.from(value, f);

/** ln β. β = 0 means no memory; −∞ would become 0·∞ somewhere, and a very negative number does the same as it. */
const logarithm = (value: Hyper): Hyper => derive(value, (beta) => Math.max(Math.log(beta), -1e4));

const everyValue = (value: Hyper, holds: (value: number) => boolean): boolean =>
  typeof value === 'number' ? holds(value) : Array.from(value).every(holds);

const checkRange = (optimiser: string, name: string, value: Hyper, range: string, holds: (value: number) => boolean): void => {
  if (!everyValue(value, holds))
    throw new ArgumentError(
      `${optimiser}: ${name} must be ${range}, but it is ${typeof value === 'number' ? value : Array.from(value).find((each) => !holds(each))}.`,
    );
};

/** @throws ArgumentError for a learning rate that is negative or not finite. */
export const checkRate = (optimiser: string, value: Hyper): void =>
  checkRange(optimiser, 'learningRate', value, 'a number of at least 0', (rate) => rate >= 0 && Number.isFinite(rate));
const checkDecay = (optimiser: string, name: string, value: Hyper): void =>
  checkRange(optimiser, name, value, 'at least 0 and below 1', (decay) => decay >= 0 && decay < 1);
const checkPositive = (optimiser: string, name: string, value: Hyper): void =>
  checkRange(optimiser, name, value, 'positive', (each) => each > 0 && Number.isFinite(each));

export interface SgdOptions {
  /** Default: 0.01. */
  readonly learningRate?: Hyper;
  /** Share of the last step that is kept, below 1. Default: 0. */
  readonly momentum?: Hyper;
}

/** Gradient descent with momentum, as PyTorch defines it: b ← μ·b + g, p ← p − η·b. */
export const sgd = (options: SgdOptions = {}): Optimiser => {
  checkOptionNames('sgd', options, { learningRate: true, momentum: true });
  const { learningRate = 0.01, momentum = 0 } = options;
  checkRate('sgd', learningRate);
  checkDecay('sgd', 'momentum', momentum);
  const plain = momentum === 0;
  return {
    name: 'sgd',
    hyper: { learningRate, momentum },
    slots: plain ? [] : ['momentum'],
    begin: (hyper, rate) => (parameter, gradient, slots) => {
      const velocity = plain ? gradient : slots[0]!.mul(hyper['momentum']!).add(gradient);
      return { parameter: parameter.sub(velocity.mul(rate)), slots: plain ? [] : [velocity] };
    },
  };
};

export interface RmsPropOptions {
  /** Default: 0.01. */
  readonly learningRate?: Hyper;
  /** Decay of the mean square, below 1. Default: 0.99; 0.9 in TensorFlow's style. */
  readonly decay?: Hyper;
  /** Default: 1e-8; 1e-10 in TensorFlow's style. */
  readonly epsilon?: Hyper;
  /** `tensorflow`: ε under the root, and a mean square that starts from 1 and not from 0. Default: `pytorch`. */
  readonly style?: 'pytorch' | 'tensorflow';
}

/**
 * RMSProp (Tieleman and Hinton 2012) as PyTorch defines it: v ← α·v + (1 − α)·g², p ← p − η·g/(√v + ε); or as TensorFlow's
 * first version does, with p ← p − η·g/√(v + ε) and v₀ = 1.
 */
export const rmsProp = (options: RmsPropOptions = {}): Optimiser => {
  checkOptionNames('rmsProp', options, { learningRate: true, decay: true, epsilon: true, style: true });
  const { learningRate = 0.01, style = 'pytorch' } = options;
  const ofTensorFlow = style === 'tensorflow';
  const { decay = ofTensorFlow ? 0.9 : 0.99, epsilon = ofTensorFlow ? 1e-10 : 1e-8 } = options;
  checkRate('rmsProp', learningRate);
  checkDecay('rmsProp', 'decay', decay);
  checkPositive('rmsProp', 'epsilon', epsilon);
  return {
    name: 'rmsProp',
    hyper: {
      learningRate,
      decay,
      epsilon,
      rest: derive(decay, (alpha) => 1 - alpha),
      ...(ofTensorFlow && { log: logarithm(decay) }),
    },
    slots: ['square'],
    begin: ({ decay: alpha, epsilon: small, rest, log }, rate, count) => {
      // Slots start from 0. What a start from 1 would have left by now is αᵗ.
      const left = ofTensorFlow ? count.mul(log!).exp() : undefined;
      return (parameter, gradient, [before]) => {
        const square = before!.mul(alpha!).add(gradient.square().mul(rest!));
        const root = left === undefined ? square.sqrt().add(small!) : square.add(left).add(small!).sqrt();
        return { parameter: parameter.sub(gradient.mul(rate).div(root)), slots: [square] };
      };
    },
  };
};

export interface AdamOptions {
  /** Default: 0.001. */
  readonly learningRate?: Hyper;
  /** Decay of the mean gradient, below 1. Default: 0.9. */
  readonly beta1?: Hyper;
  /** Decay of the mean square, below 1. Default: 0.999. */
  readonly beta2?: Hyper;
  /** Default: 1e-8. */
  readonly epsilon?: Hyper;
}

/**
 * Adam (Kingma and Ba 2015, algorithm 1): m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g²,
 * p ← p − η·m̂/(√v̂ + ε) with m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ). The corrections 1 − βᵗ are computed as −expm1(t·ln β),
 * which keeps its digits when β is near 1.
 */
export const adam = (options: AdamOptions = {}): Optimiser => {
  checkOptionNames('adam', options, { learningRate: true, beta1: true, beta2: true, epsilon: true });
  const { learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  checkRate('adam', learningRate);
  checkDecay('adam', 'beta1', beta1);
  checkDecay('adam', 'beta2', beta2);
  checkPositive('adam', 'epsilon', epsilon);
  const rest = (value: Hyper): Hyper => derive(value, (beta) => 1 - beta);
  return {
    name: 'adam',
    hyper: {
      learningRate,
      beta1,
      beta2,
      epsilon,
      rest1: rest(beta1),
      rest2: rest(beta2),
      log1: logarithm(beta1),
      log2: logarithm(beta2),
    },
    slots: ['mean', 'square'],
    begin: (hyper, rate, count) => {
      const correction = (name: string): Tensor => count.mul(hyper[name]!).expm1().neg();
      const stride = correction('log1').reciprocal().mul(rate);
      const root = correction('log2').sqrt();
      return (parameter, gradient, [meanBefore, squareBefore]) => {
        const mean = meanBefore!.mul(hyper['beta1']!).add(gradient.mul(hyper['rest1']!));
        const square = squareBefore!.mul(hyper['beta2']!).add(gradient.square().mul(hyper['rest2']!));
        const scale = square.sqrt().div(root).add(hyper['epsilon']!);
        return { parameter: parameter.sub(mean.mul(stride).div(scale)), slots: [mean, square] };
      };
    },
  };
};
