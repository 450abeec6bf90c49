import { concat, type Tensor } from '../tensor/tensor.ts';
import type { ApplyContext, Module, ParamTree, Settings, Values } from './contract.ts';

/** A part of what a cell remembers from step to step. */
export interface Carry {
  readonly width: number;
  /** Its value before the first step. */
  readonly start: number;
}

/** What a cell makes of one step. */
export interface CellStep {
  /** [rows, width] each. */
  readonly carry: readonly Tensor[];
  /** [rows, outputs]. */
  readonly y: Tensor;
}

/** One step of a recurrent network, written for one member. `recurrent` makes a module of it. */
// oxlint-disable-next-line typescript/no-explicit-any -- as in Module: Values<P> makes it invariant in P.
export interface Cell<P extends ParamTree = any> {
  readonly name: string;
  readonly paper: string;
  /** Numbers per step. */
  readonly inputs: number;
  readonly outputs: number;
  readonly params: P;
  readonly carry: readonly Carry[];
  readonly settings?: Settings;
  /** x [rows, inputs] and the carries, [rows, width] each. */
  step(p: Values<P>, carry: readonly Tensor[], x: Tensor, context: ApplyContext): CellStep;
  constrain?(p: Values<P>): Values<P>;
  penalty?(p: Values<P>, context: ApplyContext): Tensor;
  snap?(p: Values<P>, nearest: (weights: Tensor) => Tensor): Values<P>;
  /** The module that computes the step, with the cell's parameters. */
  readonly module?: Module<P>;
}

/**
 * A cell whose state is the output of an arithmetic module: hₜ = module([xₜ, hₜ₋₁]), yₜ = hₜ. The module has as many inputs as
 * a step has numbers, and one more per output. The state starts from the module's `initialCarry`: 1 for products, 0 for sums.
 *
 * @param start the state before the first step, where the module's own does not fit: a NALU that is to multiply needs 1.
 */
export const arithmeticCell = <P extends ParamTree>(module: Module<P>, start: number = module.initialCarry ?? 0): Cell<P> => {
  const { name, paper, outputs, params, settings, constrain, penalty, snap } = module;
  return {
    name,
    paper,
    inputs: module.inputs - outputs,
    outputs,
    params,
    carry: [{ width: outputs, start }],
    module,
    ...(settings && { settings }),
    step: (p, [before], x, context) => {
      const y = module.apply(p, concat([x, before!], 1), context);
      return { carry: [y], y };
    },
    ...(constrain && { constrain }),
    ...(penalty && { penalty }),
    ...(snap && { snap }),
  };
};
