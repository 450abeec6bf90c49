import { gradients, type Shape, type Tensor } from '@nalu/core';
import { trace, type Graph, type InputSpec, sizeOf } from '@nalu/core/graph';
import { anyNumber, usualValues } from '../cases/values.ts';
import { naluOf, nacWeight, squaredError, weightedProduct } from './nalu.ts';

/** A module and the function that it is to learn. */
export interface TrainingTask {
  readonly name: string;
  readonly params: readonly Shape[];
  readonly apply: (params: readonly Tensor[], x: Tensor) => Tensor;
  readonly target: (a: number, b: number) => number;
}

const weight: Shape = [2, 1];

export const trainingTasks: readonly TrainingTask[] = [
  { name: 'NAC', params: [weight, weight], apply: ([w, m], x) => x.matmul(nacWeight(w!, m!)), target: (a, b) => a - b },
  {
    name: 'NAC•',
    params: [weight, weight],
    apply: ([w, m], x) => weightedProduct(x, nacWeight(w!, m!)),
    target: (a, b) => a * b,
  },
  { name: 'NALU', params: [weight, weight, weight], apply: ([w, m, g], x) => naluOf(x, w!, m!, g!), target: (a, b) => a + b },
];

const ROWS = 32;
const [RATE, BETA1, BETA2, EPSILON] = [0.01, 0.9, 0.999, 1e-8];

/** Adam (Kingma & Ba, 2015, algorithm 1), with 1 − βᵗ as −expm1(t·ln β). */
const adam = (param: Tensor, g: Tensor, m: Tensor, v: Tensor, step: Tensor): readonly [Tensor, Tensor, Tensor] => {
  const nextM = m.mul(BETA1).add(g.mul(1 - BETA1));
  const nextV = v.mul(BETA2).add(g.square().mul(1 - BETA2));
  const correction = (beta: number): Tensor => step.mul(Math.log(beta)).expm1().neg();
  const direction = nextM.div(correction(BETA1)).div(nextV.div(correction(BETA2)).sqrt().add(EPSILON));
  return [param.sub(direction.mul(RATE)), nextM, nextV];
};

/** State: step, parameters, first moments, second moments. Outputs: the next state, then the loss. */
export const trainingStep = ({ params, apply }: TrainingTask): Graph => {
  const specs: readonly InputSpec[] = [
    { name: 'x', shape: [ROWS, 2] },
    { name: 'target', shape: [ROWS, 1] },
    { name: 'step', shape: [] },
    ...['param', 'm', 'v'].flatMap((kind) => params.map((shape, i) => ({ name: `${kind}${i}`, shape }))),
  ];
  return trace(specs, (x, target, step, ...state) => {
    const count = params.length;
    const values = state.slice(0, count);
    const loss = squaredError(apply(values, x!), target!);
    const next = step!.add(1);
    const updated = gradients(loss, values).map((g, i) => adam(values[i]!, g, state[count + i]!, state[2 * count + i]!, next));
    return [next, ...[0, 1, 2].flatMap((part) => updated.map((each) => each[part]!)), loss];
  });
};

/** Positive inputs of order one, and the state at the start. */
export const trainingInputs = ({
  params,
  target,
}: TrainingTask): { readonly data: readonly (readonly number[])[]; readonly state: readonly (readonly number[])[] } => {
  const x = usualValues({ ...anyNumber, usual: [0.5, 2] }, 2 * ROWS, 21);
  const wanted = Array.from({ length: ROWS }, (_, row) => Math.fround(target(x[2 * row]!, x[2 * row + 1]!)));
  const start = params.map((shape, i) => usualValues({ ...anyNumber, usual: [-1, 1] }, sizeOf(shape), 22 + i));
  const zeros = params.map((shape) => new Array<number>(sizeOf(shape)).fill(0));
  return { data: [x, wanted], state: [[0], ...start, ...zeros, ...zeros] };
};
