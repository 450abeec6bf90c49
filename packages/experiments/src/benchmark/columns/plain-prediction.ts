import { WorkloadNotSupportedError, type Prepared } from '../column.ts';
import { firstBatch, initialParameters } from '../data.ts';
import type { Workload } from '../workloads.ts';
import { matmulLoop } from './matmul-loop.ts';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Predictions in hand-written JavaScript: the weights are computed once, and nothing is allocated in a call. */
export const plainPrediction = async (workload: Workload): Promise<Prepared> => {
  const { inputs, outputs, batch: rows, logEpsilon } = workload;
  if (workload.members > 1) throw new WorkloadNotSupportedError('The plain loop predicts with one network.');
  const { wHat, mHat, gate } = initialParameters(workload);
  const { x } = firstBatch(workload);
  const weights = wHat.map((value, i) => Math.tanh(value) * sigmoid(mHat[i]!));
  const logs = new Float32Array(rows * inputs);
  const sum = new Float32Array(rows * outputs);
  const logProduct = new Float32Array(rows * outputs);
  const gateInput = new Float32Array(rows * outputs);
  const panel = new Float64Array(4 * inputs);
  const y = new Float32Array(rows * outputs);

  const pair = (): void => {
    const [w0, w1, g0, g1] = [weights[0]!, weights[1]!, gate[0]!, gate[1]!];
    for (let row = 0; row < rows; row++) {
      const x0 = x[2 * row]!;
      const x1 = x[2 * row + 1]!;
      const product = Math.exp(Math.log(Math.abs(x0) + logEpsilon) * w0 + Math.log(Math.abs(x1) + logEpsilon) * w1);
      const g = 1 / (1 + Math.exp(-(x0 * g0 + x1 * g1)));
      y[row] = product + g * (x0 * w0 + x1 * w1 - product);
    }
  };
  const layer = (): void => {
    for (let i = 0; i < logs.length; i++) logs[i] = Math.log(Math.abs(x[i]!) + logEpsilon);
    matmulLoop(x, weights, sum, rows, inputs, outputs, false, panel);
    matmulLoop(logs, weights, logProduct, rows, inputs, outputs, false, panel);
    matmulLoop(x, gate, gateInput, rows, inputs, outputs, false, panel);
    for (let i = 0; i < y.length; i++) {
      const product = Math.exp(logProduct[i]!);
      y[i] = product + sigmoid(gateInput[i]!) * (sum[i]! - product);
    }
  };
  const isPair = inputs === 2 && outputs === 1;
  const predict = isPair ? pair : layer;
  return {
    path: isPair ? 'scalar loops for 2 inputs and 1 output' : 'loops with a 4×4 register block for the products',
    unit: 'javascript',
    compileMilliseconds: 0,
    run: (steps) => {
      for (let count = 0; count < steps; count++) predict();
    },
    answer: async () => [y.slice()],
    dispose: () => {},
  };
};
