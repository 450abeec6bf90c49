import { instantiate } from '../graph/instantiate.ts';
import { outputShape, type Graph } from '../graph/graph.ts';
import { trace, type InputSpec } from '../graph/trace.ts';
import { sizeOf } from '../tensor/shape.ts';
import { constant, type Tensor, type TensorLike } from '../tensor/tensor.ts';
import { scan } from '../transform/scan.ts';
import { splitGraph } from '../transform/split.ts';
import { vectorize } from '../transform/vectorize.ts';
import type { Batch, Rows } from './batches.ts';
import type { Recipe, StateLayout } from './recipe.ts';
import { drawBatch, trainStep } from './trainStep.ts';

/** What stays the same from step to step: the inputs of a step's graph after the state. */
export interface FixedInput extends InputSpec {
  readonly mapped: boolean;
}

/** A step in two parts, where all members learn from the same batches. */
export interface SharedStep {
  /** Inputs are the rows to learn from and the step; outputs the batch, and all that a step computes from it alone. */
  readonly draw: Graph;
  /** Inputs are the outputs of `draw`, the state, and the fixed inputs but the rows; outputs the next state. */
  readonly learn: Graph;
}

/** One training step of one member, as a graph: inputs are the state, then the fixed inputs; outputs the next state. */
export interface StepGraph {
  readonly graph: Graph;
  readonly fixed: readonly FixedInput[];
  readonly shared?: SharedStep;
}

export const rowsInOrder = ({ x, y, weights }: Rows): readonly (readonly [name: string, tensor: Rows['x']])[] => [
  ['x', x],
  ['y', y],
  ...(weights ? ([['weights', weights]] as const) : []),
];

export const asBatch = ([x, y, weights]: readonly Tensor[]): Batch => ({ x: x!, y: y!, ...(weights && { weights }) });

const tensorsOf = ({ x, y, weights }: Batch): readonly Tensor[] => [x, y, ...(weights ? [weights] : [])];

/** Settings that differ between members become inputs; the others are constants of the graph. */
export const mappedHyper = ({
  optimiser,
}: Pick<Recipe, 'optimiser'>): readonly (readonly [name: string, values: ArrayLike<number>])[] =>
  Object.entries(optimiser.hyper).flatMap(([name, value]) => (typeof value === 'number' ? [] : [[name, value] as const]));

/** The rows to learn from. */
const rowInputs = ({ source: { data, perMember = false } }: Recipe): readonly FixedInput[] =>
  (data === undefined ? [] : rowsInOrder(data)).map(([name, { shape }]) => ({
    name,
    shape: perMember ? shape.slice(1) : shape,
    mapped: perMember,
  }));

/** What a member has of its own. */
const memberInputs = (recipe: Recipe): readonly FixedInput[] => [
  { name: 'member', shape: [], mapped: true },
  ...mappedHyper(recipe).map(([name]) => ({ name, shape: [], mapped: true })),
];

/** The optimiser's settings: constants, and those of the member. */
const hyperOf = (recipe: Recipe, mapped: readonly Tensor[]): { readonly [name: string]: TensorLike } => {
  const constants = Object.entries(recipe.optimiser.hyper).flatMap(([name, value]) =>
    typeof value === 'number' ? [[name, value] as const] : [],
  );
  return Object.fromEntries<TensorLike>([...constants, ...mappedHyper(recipe).map(([name], i) => [name, mapped[i]!] as const)]);
};

const drawFrom = (recipe: Recipe, rows: readonly Tensor[], member: Tensor, step: Tensor): Batch =>
  drawBatch(recipe, rows.length === 0 ? undefined : asBatch(rows), member, step);

/** @param own what the member has of its own, as `memberInputs` says. */
const learnFrom = (
  recipe: Recipe,
  layout: StateLayout,
  state: readonly Tensor[],
  batch: Batch,
  [member, ...mapped]: readonly Tensor[],
): readonly Tensor[] => trainStep(recipe, layout, state, { batch, member: member!, hyper: hyperOf(recipe, mapped) });

const traceShared = (recipe: Recipe, layout: StateLayout): SharedStep => {
  const given = [...rowInputs(recipe), { name: 'step', shape: [] }];
  const drawing = trace(
    given,
    (...inputs) => tensorsOf(drawFrom(recipe, inputs.slice(0, -1), constant(0), inputs.at(-1)!)),
    'batch',
  );
  const batch = drawing.outputs.map((_, i) => ({ name: ['x', 'y', 'weights'][i]!, shape: outputShape(drawing, i) }));
  const end = batch.length + layout.leaves.length;
  const step = trace(
    [...batch, ...layout.leaves, ...memberInputs(recipe)],
    (...inputs) =>
      learnFrom(recipe, layout, inputs.slice(batch.length, end), asBatch(inputs.slice(0, batch.length)), inputs.slice(end)),
    'training step',
  );
  const { early, late: learn } = splitGraph(step, batch.length);
  const draw = trace(
    given,
    (...inputs) => {
      const drawn = instantiate(drawing, inputs);
      return [...drawn, ...instantiate(early, drawn)];
    },
    'batch',
  );
  return { draw, learn };
};

/** Traces a step once; everything that trains is built from this graph. */
export const traceStep = (recipe: Recipe, layout: StateLayout): StepGraph => {
  const rows = rowInputs(recipe);
  const fixed = [...rows, ...memberInputs(recipe)];
  const width = layout.leaves.length;
  const shared = recipe.source.shared ? traceShared(recipe, layout) : undefined;
  const graph = trace(
    [...layout.leaves, ...fixed],
    (...inputs) => {
      const state = inputs.slice(0, width);
      const given = inputs.slice(width, width + rows.length);
      const own = inputs.slice(width + rows.length);
      const step = state.at(-2)!;
      return shared === undefined
        ? learnFrom(recipe, layout, state, drawFrom(recipe, given, own[0]!, step), own)
        : instantiate(shared.learn, [...instantiate(shared.draw, [...given, step]), ...state, ...own]);
    },
    'training step',
  );
  return { graph, fixed, ...(shared && { shared }) };
};

/** Numbers of one batch, and of what is computed from it alone. */
const batchSize = ({ draw }: SharedStep): number => draw.outputs.reduce((sum, _, i) => sum + sizeOf(outputShape(draw, i)), 0);

/** Numbers of shared batches that wait to be learned from: they should stay in the processor's cache. */
const MOST_WAITING = 2 ** 18;

/** The longest loop for which all batches may be drawn before. */
export const longestLoop = ({ shared }: StepGraph): number =>
  shared === undefined ? Infinity : Math.max(1, Math.floor(MOST_WAITING / batchSize(shared)));

/**
 * `length` steps for a whole population, as one graph. Inputs: the state, the fixed inputs, with shared batches the number of
 * steps done before, and with `masked` a 0/1 scalar per member; members at 0 keep their state.
 */
export const chunkGraph = (
  { graph, fixed, shared }: StepGraph,
  layout: StateLayout,
  population: number,
  length: number,
  masked: boolean,
): Graph => {
  const width = layout.leaves.length;
  const rows = fixed.findIndex(({ name }) => name === 'member');
  const inputs = [
    ...layout.leaves.map((leaf) => ({ ...leaf, mapped: true })),
    ...fixed,
    ...(shared ? [{ name: 'steps before', shape: [], mapped: false }] : []),
    ...(masked ? [{ name: 'active', shape: [], mapped: true }] : []),
  ];
  const steps = (before: readonly Tensor[], rest: readonly Tensor[], first: Tensor): readonly Tensor[] => {
    if (shared === undefined)
      return scan({ length, carry: before }, (state) => ({ carry: instantiate(graph, [...state, ...rest]) })).carry;
    const batches = scan({ length, carry: [first] }, ([step]) => ({
      carry: [step!.add(1)],
      ys: instantiate(shared.draw, [...rest.slice(0, rows), step!]),
    })).ys;
    return scan({ length, carry: before, xs: batches }, (state, batch) => ({
      carry: instantiate(shared.learn, [...batch, ...state, ...rest.slice(rows)]),
    })).carry;
  };
  const chunk = trace(
    inputs,
    (...tensors) => {
      const before = tensors.slice(0, width);
      const after = steps(before, tensors.slice(width, width + fixed.length), tensors[width + fixed.length]!);
      return masked ? after.map((each, i) => tensors.at(-1)!.where(each, before[i]!)) : after;
    },
    `${length} training steps`,
  );
  return vectorize(
    chunk,
    population,
    inputs.map(({ mapped }) => mapped),
  );
};
