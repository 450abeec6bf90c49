import { instantiate } from '../graph/instantiate.ts';
import type { Graph } from '../graph/graph.ts';
import { trace, type InputSpec } from '../graph/trace.ts';
import type { Tensor, TensorLike } from '../tensor/tensor.ts';
import { scan } from '../transform/scan.ts';
import { vectorize } from '../transform/vectorize.ts';
import type { Batch, Rows } from './batches.ts';
import type { Recipe, StateLayout } from './recipe.ts';
import { trainStep } from './trainStep.ts';

/** What stays the same from step to step: the inputs of a step's graph after the state. */
export interface FixedInput extends InputSpec {
  readonly mapped: boolean;
}

/** One training step of one member, as a graph: inputs are the state, then the fixed inputs; outputs the next state. */
export interface StepGraph {
  readonly graph: Graph;
  readonly fixed: readonly FixedInput[];
}

export const rowsInOrder = ({ x, y, weights }: Rows): readonly (readonly [name: string, tensor: Rows['x']])[] => [
  ['x', x],
  ['y', y],
  ...(weights ? ([['weights', weights]] as const) : []),
];

export const asBatch = ([x, y, weights]: readonly Tensor[]): Batch => ({ x: x!, y: y!, ...(weights && { weights }) });

/** Settings that differ between members become inputs; the others are constants of the graph. */
export const mappedHyper = ({
  optimiser,
}: Pick<Recipe, 'optimiser'>): readonly (readonly [name: string, values: ArrayLike<number>])[] =>
  Object.entries(optimiser.hyper).flatMap(([name, value]) => (typeof value === 'number' ? [] : [[name, value] as const]));

const fixedInputs = (recipe: Recipe): readonly FixedInput[] => {
  const { data, perMember = false } = recipe.source;
  const arrays = data === undefined ? [] : rowsInOrder(data);
  return [
    ...arrays.map(([name, { shape }]) => ({ name, shape: perMember ? shape.slice(1) : shape, mapped: perMember })),
    { name: 'member', shape: [], mapped: true },
    ...mappedHyper(recipe).map(([name]) => ({ name, shape: [], mapped: true })),
  ];
};

/** Traces a step once; everything that trains is built from this graph. */
export const traceStep = (recipe: Recipe, layout: StateLayout): StepGraph => {
  const fixed = fixedInputs(recipe);
  const rows = recipe.source.data === undefined ? 0 : rowsInOrder(recipe.source.data).length;
  const width = layout.leaves.length;
  const graph = trace(
    [...layout.leaves, ...fixed],
    (...inputs) => {
      const own = inputs.slice(width);
      const hyper: Record<string, TensorLike> = {};
      for (const [name, value] of Object.entries(recipe.optimiser.hyper)) if (typeof value === 'number') hyper[name] = value;
      mappedHyper(recipe).forEach(([name], i) => {
        hyper[name] = own[rows + 1 + i]!;
      });
      const data = rows === 0 ? undefined : asBatch(own.slice(0, rows));
      return trainStep(recipe, layout, inputs.slice(0, width), { data, member: own[rows]!, hyper });
    },
    'training step',
  );
  return { graph, fixed };
};

/**
 * `length` steps for a whole population, as one graph. Inputs: the state, the fixed inputs, and with `masked` a 0/1 scalar
 * per member; members at 0 keep their state.
 */
export const chunkGraph = (
  { graph, fixed }: StepGraph,
  layout: StateLayout,
  population: number,
  length: number,
  masked: boolean,
): Graph => {
  const width = layout.leaves.length;
  const inputs = [
    ...layout.leaves.map((leaf) => ({ ...leaf, mapped: true })),
    ...fixed,
    ...(masked ? [{ name: 'active', shape: [], mapped: true }] : []),
  ];
  const chunk = trace(
    inputs,
    (...tensors) => {
      const before = tensors.slice(0, width);
      const rest = tensors.slice(width, width + fixed.length);
      const { carry } = scan({ length, carry: before }, (state) => ({ carry: instantiate(graph, [...state, ...rest]) }));
      return masked ? carry.map((after, i) => tensors.at(-1)!.where(after, before[i]!)) : carry;
    },
    `${length} training steps`,
  );
  return vectorize(
    chunk,
    population,
    inputs.map(({ mapped }) => mapped),
  );
};
