import { ArgumentError } from '../errors.ts';
import { constant, type Tensor } from '../tensor/tensor.ts';

/** A factor on the learning rate: an expression of the steps that the member has done, a scalar from 0. */
export type Schedule = (step: Tensor) => Tensor;

const checkSteps = (name: string, steps: number): void => {
  if (!(steps >= 1)) throw new ArgumentError(`${name}: the number of steps must be at least 1, but it is ${steps}.`);
};

/** Always 1. */
export const constantSchedule = (): Schedule => () => constant(1);

/** (t + 1)/steps for t < steps, then 1: the first step already moves. */
export const linearWarmUp = (steps: number): Schedule => {
  checkSteps('linearWarmUp', steps);
  return (step) => step.add(1).div(steps).min(1);
};

/** From 1 to `end` along half a cosine over `steps` steps, then `end`. Loshchilov and Hutter (2017), without restarts. */
export const cosine = (steps: number, end: number = 0): Schedule => {
  checkSteps('cosine', steps);
  return (step) =>
    step
      .div(steps)
      .min(1)
      .mul(Math.PI)
      .cos()
      .add(1)
      .mul((1 - end) / 2)
      .add(end);
};

/** factor^(t/steps): multiplied by `factor` over every `steps` steps, smoothly. */
export const exponential = (factor: number, steps: number): Schedule => {
  checkSteps('exponential', steps);
  if (!(factor > 0)) throw new ArgumentError(`exponential: factor must be positive, but it is ${factor}.`);
  return (step) => step.mul(Math.log(factor) / steps).exp();
};

/** factor^⌊t/steps⌋: multiplied by `factor` after every `steps` steps. */
export const stepwise = (factor: number, steps: number): Schedule => {
  checkSteps('stepwise', steps);
  if (!(factor > 0)) throw new ArgumentError(`stepwise: factor must be positive, but it is ${factor}.`);
  return (step) => step.div(steps).floor().mul(Math.log(factor)).exp();
};

/** The product of several schedules: a warm-up and a decay, for example. */
export const productOf =
  (...schedules: readonly Schedule[]): Schedule =>
  (step) =>
    schedules.map((schedule) => schedule(step)).reduce((product, each) => product.mul(each), constant(1));
