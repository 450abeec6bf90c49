import { ArgumentError } from '../errors.ts';
import { stack, type Tensor } from '../tensor/tensor.ts';

/** Changes all gradients of one member before the optimiser sees them. */
export type Clipping = (gradients: readonly Tensor[]) => readonly Tensor[];

const checkLimit = (name: string, limit: number): void => {
  if (!(limit > 0)) throw new ArgumentError(`${name}: the limit must be positive, but it is ${limit}.`);
};

/** √Σg² over all gradients, divided by the largest first, so that squares of large gradients do not overflow. */
const globalNorm = (gradients: readonly Tensor[]): Tensor => {
  const largest = stack(gradients.map((gradient) => gradient.abs().reduceMax())).reduceMax();
  const unit = largest.eq(0).where(1, largest);
  const squares = gradients.map((gradient) => gradient.div(unit).square().sum());
  return squares
    .reduce((sum, each) => sum.add(each))
    .sqrt()
    .mul(unit);
};

/** Scales all gradients by min(1, limit/norm), with the member's own norm over all its parameters. Pascanu et al. (2013). */
export const clipByGlobalNorm = (limit: number): Clipping => {
  checkLimit('clipByGlobalNorm', limit);
  return (gradients) => {
    const norm = globalNorm(gradients);
    const scale = norm.le(limit).where(1, norm.reciprocal().mul(limit));
    return gradients.map((gradient) => gradient.mul(scale));
  };
};

/** Every element into [−limit, limit]. */
export const clipByValue = (limit: number): Clipping => {
  checkLimit('clipByValue', limit);
  return (gradients) => gradients.map((gradient) => gradient.clamp(-limit, limit));
};
