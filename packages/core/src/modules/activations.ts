import type { Tensor } from '../tensor/tensor.ts';

/** An elementwise function between layers. */
export interface Activation {
  /** The formula, with the constants. */
  readonly formula: string;
  /** `slope` is given to `prelu` only: its parameter, a vector of one number. */
  apply(x: Tensor, slope?: Tensor): Tensor;
}

export type ActivationName =
  | 'none'
  | 'tanh'
  | 'sigmoid'
  | 'relu6'
  | 'softsign'
  | 'selu'
  | 'elu'
  | 'relu'
  | 'leakyRelu'
  | 'prelu'
  | 'softplus'
  | 'hardtanh'
  | 'tanhshrink'
  | 'hardshrink'
  | 'softshrink'
  | 'threshold';

const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;
const LEAKY_SLOPE = 0.01;
const SHRINK = 0.5;
const THRESHOLD = 0.1;
const BELOW_THRESHOLD = 20;

/** eˣ − 1 for x ≤ 0 and x above: the unused branch is computed at 0, so that it cannot overflow. */
const elu = (x: Tensor, alpha: number): Tensor => {
  const negative = x.le(0);
  return negative.where(negative.where(x, 0).expm1().mul(alpha), x);
};

const leaky = (x: Tensor, slope: Tensor | number): Tensor => x.lt(0).where(x.mul(slope), x);

/**
 * The activations of the identity figure of Trask et al. (2018, figure 1), with PyTorch's definitions and default constants.
 * `threshold` has no defaults there; it takes the constants of its documentation's example.
 */
export const activations: { readonly [K in ActivationName]: Activation } = {
  none: { formula: 'x', apply: (x) => x },
  tanh: { formula: 'tanh(x)', apply: (x) => x.tanh() },
  sigmoid: { formula: '1/(1 + exp(−x))', apply: (x) => x.sigmoid() },
  relu6: { formula: 'min(max(x, 0), 6)', apply: (x) => x.clamp(0, 6) },
  softsign: { formula: 'x/(1 + |x|)', apply: (x) => x.div(x.abs().add(1)) },
  selu: {
    formula: `${SELU_SCALE}·(x for x > 0, ${SELU_ALPHA}·(exp(x) − 1) otherwise)`,
    apply: (x) => elu(x, SELU_ALPHA).mul(SELU_SCALE),
  },
  elu: { formula: 'x for x > 0, exp(x) − 1 otherwise', apply: (x) => elu(x, 1) },
  relu: { formula: 'max(x, 0)', apply: (x) => x.relu() },
  leakyRelu: { formula: `x for x ≥ 0, ${LEAKY_SLOPE}·x otherwise`, apply: (x) => leaky(x, LEAKY_SLOPE) },
  prelu: { formula: 'x for x ≥ 0, slope·x otherwise; the slope is learned, from 0.25', apply: (x, slope) => leaky(x, slope!) },
  softplus: { formula: 'log(1 + exp(x))', apply: (x) => x.softplus() },
  hardtanh: { formula: 'min(max(x, −1), 1)', apply: (x) => x.clamp(-1, 1) },
  tanhshrink: { formula: 'x − tanh(x)', apply: (x) => x.sub(x.tanh()) },
  hardshrink: { formula: `x for |x| > ${SHRINK}, 0 otherwise`, apply: (x) => x.abs().gt(SHRINK).where(x, 0) },
  softshrink: {
    formula: `x − ${SHRINK} for x > ${SHRINK}, x + ${SHRINK} for x < −${SHRINK}, 0 otherwise`,
    apply: (x) => x.gt(SHRINK).where(x.sub(SHRINK), x.lt(-SHRINK).where(x.add(SHRINK), 0)),
  },
  threshold: {
    formula: `x for x > ${THRESHOLD}, ${BELOW_THRESHOLD} otherwise`,
    apply: (x) => x.gt(THRESHOLD).where(x, BELOW_THRESHOLD),
  },
};

export const activationNames: readonly ActivationName[] = Object.keys(activations) as ActivationName[];
