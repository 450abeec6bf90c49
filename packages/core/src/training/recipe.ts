import type { Module } from '../modules/contract.ts';
import { listParams, type NamedParam } from '../modules/tree.ts';
import type { Shape } from '../tensor/shape.ts';
import type { BatchSource } from './batches.ts';
import type { Clipping } from './clipping.ts';
import type { Loss } from './losses.ts';
import type { Optimiser } from './optimisers.ts';
import type { Regulariser } from './regularisers.ts';
import type { Schedule } from './schedules.ts';
import type { Turns } from './turns.ts';

/** What one training step does, for one member. */
export interface Recipe {
  readonly module: Module;
  readonly loss: Loss;
  readonly optimiser: Optimiser;
  readonly source: BatchSource;
  readonly schedule?: Schedule;
  /** Applied in order. */
  readonly clipping?: readonly Clipping[];
  /** Added to the loss, beside the module's own penalty. */
  readonly regularisers?: readonly Regulariser[];
  /** Groups of parameters that take turns. Default: all parameters move in every step. */
  readonly turns?: Turns;
  readonly seed: number;
}

/** One array of the training state, with its name in checkpoints and its shape for one member. */
export interface StateLeaf {
  readonly name: string;
  readonly shape: Shape;
}

/**
 * The training state of one member, in the order in which graphs take and return it: all parameters, the optimiser's slots of
 * the trained ones, the number of steps done, and the loss of the last batch.
 */
export interface StateLayout {
  readonly params: readonly NamedParam[];
  /** Those that are not frozen. */
  readonly trained: readonly NamedParam[];
  readonly leaves: readonly StateLeaf[];
}

export const stateLayout = ({ module, optimiser }: Pick<Recipe, 'module' | 'optimiser'>): StateLayout => {
  const params = listParams(module.params);
  const trained = params.filter(({ spec }) => !spec.frozen);
  const leaves = [
    ...params.map(({ path, spec }) => ({ name: `parameter/${path}`, shape: spec.shape })),
    ...trained.flatMap(({ path, spec }) =>
      optimiser.slots.map((slot) => ({ name: `optimiser/${slot}/${path}`, shape: spec.shape })),
    ),
    { name: 'step', shape: [] },
    { name: 'loss', shape: [] },
  ];
  return { params, trained, leaves };
};
