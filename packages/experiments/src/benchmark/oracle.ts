import { drawBatch, firstBatch, initialParameters, type Parameters } from './data.ts';
import type { Workload } from './workloads.ts';

/**
 * The workload in double precision with plain matrices: what every column is checked against. It is written for the reader,
 * one named matrix per symbol of the formula and its derivative, and shares no arithmetic with any column.
 */
type Matrix = readonly Float64Array[];

const matrix = (values: ArrayLike<number>, start: number, rows: number, columns: number): Matrix =>
  Array.from({ length: rows }, (_, row) => {
    const from = start + row * columns;
    return Float64Array.from({ length: columns }, (_, column) => values[from + column]!);
  });

/** f of the elements at the same place of up to four matrices. */
const map = (f: (a: number, b: number, c: number, d: number) => number, a: Matrix, b = a, c = a, d = a): Matrix =>
  a.map((line, i) => {
    const [others, more, most] = [b[i]!, c[i]!, d[i]!];
    const result = new Float64Array(line.length);
    for (let j = 0; j < result.length; j++) result[j] = f(line[j]!, others[j]!, more[j]!, most[j]!);
    return result;
  });

const transpose = (a: Matrix): Matrix => Array.from(a[0]!, (_, j) => Float64Array.from(a, (line) => line[j]!));

const matmul = (a: Matrix, b: Matrix): Matrix =>
  a.map((line) => {
    const sum = new Float64Array(b[0]!.length);
    for (let k = 0; k < line.length; k++) {
      const factor = line[k]!;
      const terms = b[k]!;
      for (let j = 0; j < sum.length; j++) sum[j]! += factor * terms[j]!;
    }
    return sum;
  });

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

interface Member {
  readonly wHat: Matrix;
  readonly mHat: Matrix;
  readonly gate: Matrix;
}

/** The layer, with everything that its derivative needs. */
const forward = ({ wHat, mHat, gate }: Member, x: Matrix, logEpsilon: number) => {
  const tanhW = map(Math.tanh, wHat);
  const sigmoidM = map(sigmoid, mHat);
  const weights = map((t, s) => t * s, tanhW, sigmoidM);
  const logs = map((value) => Math.log(Math.abs(value) + logEpsilon), x);
  const sum = matmul(x, weights);
  const product = map(Math.exp, matmul(logs, weights));
  const gates = map(sigmoid, matmul(x, gate));
  const y = map((g, a, m) => g * a + (1 - g) * m, gates, sum, product);
  return { tanhW, sigmoidM, logs, sum, product, gates, y };
};

/** The derivative of the mean squared error with respect to each parameter. */
const gradients = (member: Member, x: Matrix, target: Matrix, logEpsilon: number): Member => {
  const { tanhW, sigmoidM, logs, sum, product, gates, y } = forward(member, x, logEpsilon);
  const elements = x.length * target[0]!.length;
  const dY = map((value, wanted) => (2 * (value - wanted)) / elements, y, target);
  const dSum = map((d, g) => d * g, dY, gates);
  const dProduct = map((d, g) => d * (1 - g), dY, gates);
  const dLogProduct = map((d, m) => d * m, dProduct, product);
  const dGates = map((d, a, m) => d * (a - m), dY, sum, product);
  const dGateInput = map((d, g) => d * g * (1 - g), dGates, gates);

  const xT = transpose(x);
  const dWeights = map((a, b) => a + b, matmul(xT, dSum), matmul(transpose(logs), dLogProduct));
  return {
    wHat: map((d, t, s) => d * s * (1 - t * t), dWeights, tanhW, sigmoidM),
    mHat: map((d, t, s) => d * t * s * (1 - s), dWeights, tanhW, sigmoidM),
    gate: matmul(xT, dGateInput),
  };
};

const NAMES = ['wHat', 'mHat', 'gate'] as const;

const memberOf = (
  { wHat, mHat, gate }: Parameters,
  member: number,
  { inputs, outputs }: Pick<Workload, 'inputs' | 'outputs'>,
): Member => {
  const at = member * inputs * outputs;
  return {
    wHat: matrix(wHat, at, inputs, outputs),
    mHat: matrix(mHat, at, inputs, outputs),
    gate: matrix(gate, at, inputs, outputs),
  };
};

/** Ŵ, M̂ and G after so many steps. */
const trained = (workload: Workload, steps: number, members: readonly number[]): readonly (readonly Matrix[])[] => {
  const { inputs, outputs, batch, logEpsilon } = workload;
  const { learningRate, beta1, beta2, epsilon } = workload.adam;
  const start = initialParameters(workload);
  const data = firstBatch(workload);
  const states = members.map((member) => {
    const parameters = memberOf(start, member, workload);
    const zero = map(() => 0, parameters.wHat);
    const zeros = (): Member => ({ wHat: zero, mHat: zero, gate: zero });
    return { member, parameters, first: zeros(), second: zeros() };
  });

  for (let step = 0; step < steps; step++) {
    if (workload.source === 'drawn' && step > 0) drawBatch(workload, step, data);
    const t = step + 1;
    for (const state of states) {
      const x = matrix(data.x, state.member * batch * inputs, batch, inputs);
      const target = matrix(data.y, state.member * batch * outputs, batch, outputs);
      const gradient = gradients(state.parameters, x, target, logEpsilon);
      const updated = (f: (name: (typeof NAMES)[number]) => Matrix): Member => ({
        wHat: f('wHat'),
        mHat: f('mHat'),
        gate: f('gate'),
      });
      state.first = updated((name) => map((m, g) => beta1 * m + (1 - beta1) * g, state.first[name], gradient[name]));
      state.second = updated((name) => map((v, g) => beta2 * v + (1 - beta2) * g * g, state.second[name], gradient[name]));
      state.parameters = updated((name) =>
        map(
          (p, m, v) => p - (learningRate * (m / (1 - beta1 ** t))) / (Math.sqrt(v / (1 - beta2 ** t)) + epsilon),
          state.parameters[name],
          state.first[name],
          state.second[name],
        ),
      );
    }
  }
  return NAMES.map((name) => states.map(({ parameters }) => parameters[name]));
};

/** The predictions for the first batch. */
const predicted = (workload: Workload, _steps: number, members: readonly number[]): readonly (readonly Matrix[])[] => {
  const { inputs, batch, logEpsilon } = workload;
  const start = initialParameters(workload);
  const { x } = firstBatch(workload);
  return [
    members.map((member) => {
      const rows = matrix(x, member * batch * inputs, batch, inputs);
      return forward(memberOf(start, member, workload), rows, logEpsilon).y;
    }),
  ];
};

const answers = { training: trained, inference: predicted } as const;

const flat = (matrices: readonly Matrix[]): Float64Array =>
  Float64Array.from(matrices.flatMap((lines) => lines.flatMap((line) => [...line])));

/**
 * The answer of these members (default: all) in double precision, one after the other in row-major order: of training, Ŵ, M̂
 * and G after so many steps, each [members, inputs, outputs]; of inference, the predictions [members, batch, outputs].
 */
export const oracle = (
  workload: Workload,
  steps: number,
  members: readonly number[] = Array.from({ length: workload.members }, (_, member) => member),
): readonly Float64Array[] => answers[workload.task](workload, steps, members).map(flat);
