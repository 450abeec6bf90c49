import { sameShape, showShape, sizeOf, type Shape } from '../tensor/shape.ts';
import type { Graph } from '../graph/graph.ts';
import { DerivativeError } from '../errors.ts';
import type { OpAttrs } from './attrs.ts';
import { Misfit, type OpRow } from './row.ts';

const shapesOf = (graph: Graph, ids: readonly number[]): readonly Shape[] => ids.map((id) => graph.nodes[id]!.shape);

const checkBody = (what: string, graph: Graph, given: readonly Shape[]): void => {
  const wanted = shapesOf(graph, graph.inputs);
  const fits = wanted.length === given.length && wanted.every((shape, i) => sameShape(shape, given[i]!));
  if (!fits)
    throw new Misfit(`the ${what} takes ${wanted.map(showShape).join(', ')}, but is given ${given.map(showShape).join(', ')}.`);
};

const resultShape = ({ body, length, carries, keepEvery }: OpAttrs['scan'], index: number): Shape | undefined => {
  const shape = body.nodes[body.outputs[index]!]?.shape;
  return shape === undefined || index < carries ? shape : [Math.floor(length / keepEvery), ...shape];
};

/** Shapes of a scan's results: final carries, then stacked outputs. */
export const scanShapes = (attrs: OpAttrs['scan']): readonly Shape[] => attrs.body.outputs.map((_, i) => resultShape(attrs, i)!);

const checkScan = (inputs: readonly Shape[], attrs: OpAttrs['scan']): void => {
  const { body, length, constants, carries, keepEvery } = attrs;
  if (!Number.isInteger(length) || length < 0) throw new Misfit(`length must be a whole number ≥ 0, but it is ${length}.`);
  if (!Number.isInteger(keepEvery) || keepEvery < 1)
    throw new Misfit(`keepEvery must be a whole number ≥ 1, but it is ${keepEvery}.`);
  const fixed = constants + carries;
  const short = inputs.slice(fixed).find((shape) => shape[0] !== length);
  if (short !== undefined)
    throw new Misfit(`a stacked input has shape ${showShape(short)}; its first axis must be the length, ${length}.`);
  checkBody('body', body, [...inputs.slice(0, fixed), ...inputs.slice(fixed).map((shape) => shape.slice(1))]);
  const next = shapesOf(body, body.outputs).slice(0, carries);
  const changed = next.findIndex((shape, i) => !sameShape(shape, inputs[constants + i]!));
  if (next.length < carries || changed >= 0) {
    throw new Misfit(
      `carry ${Math.max(changed, 0)} starts as ${showShape(inputs[constants + changed] ?? [])} but the body returns ${showShape(next[changed] ?? [])}.`,
    );
  }
};

const notAKernel = (op: string) => (): never => {
  throw new Error(`${op} has no kernel: compilers run its body.`);
};

const noDerivativeYet = (): never => {
  throw new DerivativeError(
    'scan has no derivative yet. Training through time: unroll the loop (up to about 32 steps) instead of calling scan.',
  );
};

export const controlRows: { readonly scan: OpRow<'scan'>; readonly call: OpRow<'call'>; readonly pick: OpRow<'pick'> } = {
  scan: {
    kind: 'control',
    formula: '(carry, xs) → body repeated `length` times',
    shape: (inputs, attrs) => {
      checkScan(inputs, attrs);
      return [];
    },
    kernel: notAKernel('scan'),
    vjp: noDerivativeYet,
    derivative: 'none yet: unroll up to about 32 steps to train through time',
    batch: notAKernel('scan (vectorize handles it)'),
    cost: ({ inputShapes }) => ({ flops: 0, bytes: 4 * inputShapes.reduce((total, shape) => total + sizeOf(shape), 0) }),
    numerics: { tolerance: { kind: 'ulp', ulp: 0 }, special: 'equal to the body unrolled' },
  },
  call: {
    kind: 'control',
    formula: 'a function with its own derivative',
    shape: (inputs, { name, body, vjp }) => {
      checkBody(`function "${name}"`, body, inputs);
      const output = shapesOf(body, body.outputs)[0]!;
      checkBody(`derivative of "${name}"`, vjp, [...inputs, output, output]);
      const cotangents = shapesOf(vjp, vjp.outputs);
      const wrong = inputs.findIndex((shape, i) => cotangents[i] === undefined || !sameShape(shape, cotangents[i]));
      if (wrong >= 0 || cotangents.length !== inputs.length) {
        throw new Misfit(
          `the derivative of "${name}" must return one cotangent per input, ${inputs.map(showShape).join(', ')}; it returns ${cotangents.map(showShape).join(', ')}.`,
        );
      }
      return output;
    },
    kernel: notAKernel('call'),
    vjp: notAKernel('call (grad runs its second body)'),
    derivative: 'as its second body says',
    batch: notAKernel('call (inlined before vectorize)'),
    cost: ({ shape }) => ({ flops: 0, bytes: 4 * sizeOf(shape) }),
    numerics: { tolerance: { kind: 'ulp', ulp: 0 }, special: 'equal to its body' },
  },
  pick: {
    kind: 'control',
    formula: 'one result of a scan',
    shape: (_, { index }, [producer]) => {
      if (producer?.op !== 'scan') throw new Misfit('only the results of a scan can be picked.');
      const shape = resultShape(producer.attrs as OpAttrs['scan'], index);
      if (shape === undefined) throw new Misfit(`the scan has no result ${index}.`);
      return shape;
    },
    kernel: notAKernel('pick'),
    vjp: noDerivativeYet,
    derivative: 'none yet',
    batch: notAKernel('pick (vectorize handles it)'),
    cost: () => ({ flops: 0, bytes: 0 }),
    numerics: { tolerance: { kind: 'ulp', ulp: 0 } },
  },
};
