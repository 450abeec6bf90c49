import {
  adam,
  applyModule,
  gradients,
  listParams,
  nac,
  nacMul,
  nalu,
  type AnyValues,
  type Module,
  type Tensor,
} from '@nalu/core';
import { sizeOf, trace, type Graph, type InputSpec, type Shape } from '@nalu/core/graph';
import { anyNumber, usualValues } from '../cases/values.ts';

/** A module and the function that it is to learn. */
export interface TrainingTask {
  readonly name: string;
  readonly module: Module;
  readonly target: (a: number, b: number) => number;
}

const sizes = { inputs: 2, outputs: 1 } as const;

export const trainingTasks: readonly TrainingTask[] = [
  { name: 'NAC', module: nac(sizes), target: (a, b) => a - b },
  { name: 'NAC•', module: nacMul(sizes), target: (a, b) => a * b },
  { name: 'NALU with shared weights', module: nalu({ ...sizes, weights: 'shared' }), target: (a, b) => a + b },
  { name: 'NALU with separate weights', module: nalu({ ...sizes, weights: 'separate' }), target: (a, b) => a + b },
];

const ROWS = 32;
const optimiser = adam({ learningRate: 0.01 });

/** One tensor per parameter, put into the tree by its path, such as `add/wHat`. */
const treeOf = (paths: readonly (readonly string[])[], tensors: readonly Tensor[]): AnyValues<Tensor> => {
  const names = [...new Set(paths.map(([first]) => first!))];
  return Object.fromEntries(
    names.map((name) => {
      const inside = paths.flatMap((path, i) => (path[0] === name ? [i] : []));
      const rest = inside.map((i) => paths[i]!.slice(1));
      const own = inside.map((i) => tensors[i]!);
      return [name, rest[0]!.length === 0 ? own[0]! : treeOf(rest, own)];
    }),
  );
};

/** Parameters, then each of the optimiser's slots for all parameters. */
const stateOf = ({ module }: TrainingTask): readonly InputSpec[] => {
  const params = listParams(module.params);
  return ['parameter', ...optimiser.slots].flatMap((kind) =>
    params.map(({ path, spec }) => ({ name: `${kind} ${path}`, shape: spec.shape })),
  );
};

/** What `trainingStep` gives, in its order. */
export const trainingOutputs = (task: TrainingTask): readonly string[] => [
  'step',
  ...stateOf(task).map(({ name }) => name),
  'loss',
];

/** Data, the number of the last step, and the state → the number of this step, the next state, and the loss. */
export const trainingStep = (task: TrainingTask): Graph => {
  const params = listParams(task.module.params);
  const paths = params.map(({ path }) => path.split('/'));
  const specs: readonly InputSpec[] = [
    { name: 'x', shape: [ROWS, sizes.inputs] },
    { name: 'target', shape: [ROWS, sizes.outputs] },
    { name: 'step', shape: [] },
    ...stateOf(task),
  ];
  return trace(specs, (x, target, step, ...state) => {
    const values = state.slice(0, params.length);
    const loss = applyModule(task.module, treeOf(paths, values), x!).sub(target!).square().mean();
    const next = step!.add(1);
    const { learningRate, ...hyper } = optimiser.hyper as { readonly [name: string]: number };
    const update = optimiser.begin(hyper, learningRate!, next);
    const updated = gradients(loss, values).map((g, i) => {
      const slots = optimiser.slots.map((_, slot) => state[(slot + 1) * params.length + i]!);
      const { parameter, slots: after } = update(values[i]!, g, slots);
      return [parameter, ...after];
    });
    return [next, ...['parameter', ...optimiser.slots].flatMap((_, part) => updated.map((each) => each[part]!)), loss];
  });
};

/** Positive inputs of order one, and the state at the start. */
export const trainingInputs = (
  task: TrainingTask,
): { readonly data: readonly (readonly number[])[]; readonly state: readonly (readonly number[])[] } => {
  const x = usualValues({ ...anyNumber, usual: [0.5, 2] }, sizes.inputs * ROWS, 21);
  const wanted = Array.from({ length: ROWS }, (_, row) => Math.fround(task.target(x[2 * row]!, x[2 * row + 1]!)));
  const start = (shape: Shape, name: string, i: number): readonly number[] =>
    name.startsWith('parameter')
      ? usualValues({ ...anyNumber, usual: [-1, 1] }, sizeOf(shape), 22 + i)
      : new Array<number>(sizeOf(shape)).fill(0);
  return { data: [x, wanted], state: [[0], ...stateOf(task).map(({ shape, name }, i) => start(shape, name, i))] };
};
