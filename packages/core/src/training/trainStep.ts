import { applyModule } from '../modules/apply.ts';
import type { ApplyContext } from '../modules/contract.ts';
import { flatten, unflatten } from '../modules/tree.ts';
import { constrainedWeights } from '../modules/weights.ts';
import { streamOf } from '../random/stream.ts';
import { seedComponents } from '../random/uniform.ts';
import { withScope } from '../tensor/provenance.ts';
import type { Shape } from '../tensor/shape.ts';
import { concat, constant, randomUniform, type Tensor, type TensorLike } from '../tensor/tensor.ts';
import { gradients } from '../transform/grad.ts';
import type { Batch } from './batches.ts';
import { checkTargets, lossValue } from './losses.ts';
import type { Recipe, StateLayout } from './recipe.ts';
import { isTurn } from './turns.ts';

/** What a step needs besides the state, as tensors of the trace. */
export interface StepInputs {
  readonly batch: Batch;
  /** Global index of the member: a scalar. */
  readonly member: Tensor;
  readonly hyper: { readonly [name: string]: TensorLike };
}

/** Every call takes the next stream of the purpose, so that no two draws of a step share numbers. */
const randomSource = (
  seed: number,
  member: Tensor,
  step: Tensor,
  purpose: string,
): ((shape: Shape, stream?: number) => Tensor) => {
  let calls = 0;
  return (shape, stream) => {
    const chosen = stream ?? streamOf(`${purpose}/${calls++}`);
    const key = concat([constant(seedComponents(seed)), member.reshape([1]), constant([chosen]), step.reshape([1])]);
    return randomUniform(key, shape);
  };
};

const sum = (terms: readonly Tensor[]): Tensor => terms.reduce((total, term) => total.add(term));

/** The batch of a member and step. */
export const drawBatch = ({ source, seed }: Recipe, data: Batch | undefined, member: Tensor, step: Tensor): Batch =>
  withScope('batch', () => source.draw(data, { step, uniform: randomSource(seed, member, step, 'batch') }));

/**
 * One step of one member: loss of a batch → gradients → clipping → optimiser → constraints. Takes and returns the state in the
 * order of the layout.
 */
export const trainStep = (
  recipe: Recipe,
  layout: StateLayout,
  state: readonly Tensor[],
  { batch, member, hyper }: StepInputs,
): readonly Tensor[] => {
  const { module, loss, optimiser, schedule, clipping = [], regularisers = [], turns, seed } = recipe;
  const { params, trained } = layout;
  const parameters = state.slice(0, params.length);
  const step = state.at(-2)!;
  const tree = unflatten(module.params, parameters);
  const kept = new Map<Tensor, Tensor[]>();
  const context: ApplyContext = {
    training: true,
    step,
    uniform: randomSource(seed, member, step, 'module'),
    remember: (parameter, tensor) => void kept.set(parameter, [...(kept.get(parameter) ?? []), tensor]),
    remembered: (parameter) => kept.get(parameter) ?? [],
  };
  const prediction = applyModule(module, tree, batch.x, context);
  checkTargets(loss, prediction, batch.y, batch.weights);
  const value = withScope('loss', () => lossValue(loss, prediction, batch.y, batch.weights));
  const isTrained = params.map(({ spec }) => !spec.frozen);
  const wrt = parameters.filter((_, i) => isTrained[i]);
  const penalties = withScope('penalty', () => {
    const byPath = new Map(trained.map(({ path }, i) => [path, wrt[i]!]));
    const weights = regularisers.length > 0 ? constrainedWeights(module, tree) : [];
    const own = module.penalty?.(tree, context);
    return [
      ...(own ? [own] : []),
      ...regularisers.map((regulariser) => regulariser({ parameters: byPath, weights, step, loss: value })),
    ];
  });
  const raw = gradients(sum([value, ...penalties]), wrt);
  const clipped = withScope('clipping', () => clipping.reduce<readonly Tensor[]>((all, clip) => clip(all), raw));

  const width = optimiser.slots.length;
  const updates = withScope(optimiser.name, () => {
    const rate = schedule === undefined ? hyper['learningRate']! : schedule(step).mul(hyper['learningRate']!);
    const update = optimiser.begin(hyper, rate, step.add(1));
    return wrt.map((parameter, i) => {
      const at = params.length + i * width;
      const before = state.slice(at, at + width);
      const next = update(parameter, clipped[i]!, before);
      const turn = isTurn(turns, trained[i]!.spec.group, step);
      if (turn === undefined) return next;
      return {
        parameter: turn.where(next.parameter, parameter),
        slots: next.slots.map((slot, k) => turn.where(slot, before[k]!)),
      };
    });
  });
  let next = 0;
  const moved = parameters.map((parameter, i) => (isTrained[i] ? updates[next++]!.parameter : parameter));
  const constrained = module.constrain
    ? flatten(
        module.params,
        withScope('constrain', () => module.constrain!(unflatten(module.params, moved))),
      )
    : moved;
  const after = constrained.map((parameter, i) => (isTrained[i] ? parameter : parameters[i]!));
  return [...after, ...updates.flatMap(({ slots }) => slots), step.add(1), value];
};
