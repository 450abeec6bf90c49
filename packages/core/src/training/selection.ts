import type { Graph } from '../graph/graph.ts';
import { trace } from '../graph/trace.ts';
import { applyModule } from '../modules/apply.ts';
import { unflatten } from '../modules/tree.ts';
import { withScope } from '../tensor/provenance.ts';
import { vectorize } from '../transform/vectorize.ts';
import type { Rows } from './batches.ts';
import { checkTargets, lossValue } from './losses.ts';
import type { Recipe, StateLayout, StateLeaf } from './recipe.ts';
import { asBatch, rowsInOrder } from './stepGraph.ts';

/**
 * What an evaluation keeps for each member: the best parameters so far, their validation loss and step, how many evaluations
 * in a row brought nothing better, whether the member still trains (0/1), and the last validation loss.
 */
export const selectionLeaves = ({ params }: StateLayout): readonly StateLeaf[] => [
  ...params.map(({ path, spec }) => ({ name: `best/${path}`, shape: spec.shape })),
  ...['bestLoss', 'bestStep', 'waited', 'active', 'validation'].map((name) => ({ name, shape: [] })),
];

/** Values of the scalar leaves before the first evaluation. */
export const emptySelection: Readonly<Record<string, number>> = {
  bestLoss: Infinity,
  bestStep: 0,
  waited: 0,
  active: 1,
  validation: Infinity,
};

/**
 * One evaluation of a population. Inputs: parameters, step, the selection, validation rows. Outputs: the next selection.
 * A loss that is not finite is never better than another.
 *
 * @param patience evaluations in a row without improvement after which a member stops; undefined: never.
 */
export const evaluationGraph = (
  recipe: Pick<Recipe, 'module' | 'loss'>,
  layout: StateLayout,
  validation: Rows,
  population: number,
  perMember: boolean,
  patience?: number,
): Graph => {
  const { module, loss } = recipe;
  const { params } = layout;
  const selection = selectionLeaves(layout);
  const rows = rowsInOrder(validation).map(([name, { shape }]) => ({
    name,
    shape: perMember ? shape.slice(1) : shape,
    mapped: perMember,
  }));
  const inputs = [
    ...layout.leaves.slice(0, params.length).map((leaf) => ({ ...leaf, mapped: true })),
    { name: 'step', shape: [], mapped: true },
    ...selection.map((leaf) => ({ ...leaf, mapped: true })),
    ...rows,
  ];
  const graph = trace(
    inputs,
    (...tensors) => {
      const parameters = tensors.slice(0, params.length);
      const step = tensors[params.length]!;
      const before = tensors.slice(params.length + 1, params.length + 1 + selection.length);
      const [bestLoss, bestStep, waited, active] = before.slice(params.length);
      const batch = asBatch(tensors.slice(-rows.length));
      const prediction = applyModule(module, unflatten(module.params, parameters), batch.x);
      checkTargets(loss, prediction, batch.y, batch.weights);
      const value = withScope('validation loss', () => lossValue(loss, prediction, batch.y, batch.weights));
      const better = value.lt(bestLoss!);
      const waitedNow = active!.where(better.where(0, waited!.add(1)), waited!);
      return [
        ...parameters.map((parameter, i) => better.where(parameter, before[i]!)),
        better.where(value, bestLoss!),
        better.where(step, bestStep!),
        waitedNow,
        patience === undefined ? active! : active!.mul(waitedNow.lt(patience)),
        value,
      ];
    },
    'evaluation',
  );
  return vectorize(
    graph,
    population,
    inputs.map(({ mapped }) => mapped),
  );
};
