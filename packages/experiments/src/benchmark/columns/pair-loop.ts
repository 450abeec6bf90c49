import type { Batch, Parameters } from '../data.ts';
import type { BatchLogs } from './batch-logs.ts';
import type { Workload } from '../workloads.ts';

/**
 * Forward and backward of NALU with two inputs and one output, a population of any size: everything of a row is a scalar
 * in a register, and nothing is allocated.
 */
export const pairGradients = (
  workload: Workload,
  parameters: Parameters,
  batch: Batch,
  logs: BatchLogs,
  out: Parameters,
): void => {
  const { members } = workload;
  const rows = workload.batch;
  const { wHat, mHat, gate } = parameters;
  const { x, y } = batch;
  const scale = 2 / rows;
  for (let member = 0; member < members; member++) {
    const p = 2 * member;
    const tanh0 = Math.tanh(wHat[p]!);
    const tanh1 = Math.tanh(wHat[p + 1]!);
    const sigmoid0 = 1 / (1 + Math.exp(-mHat[p]!));
    const sigmoid1 = 1 / (1 + Math.exp(-mHat[p + 1]!));
    const w0 = tanh0 * sigmoid0;
    const w1 = tanh1 * sigmoid1;
    const gate0 = gate[p]!;
    const gate1 = gate[p + 1]!;
    let dw0 = 0;
    let dw1 = 0;
    let dGate0 = 0;
    let dGate1 = 0;
    const end = (member + 1) * rows;
    for (let row = member * rows; row < end; row++) {
      const x0 = x[2 * row]!;
      const x1 = x[2 * row + 1]!;
      const log0 = logs[2 * row]!;
      const log1 = logs[2 * row + 1]!;
      const sum = x0 * w0 + x1 * w1;
      const product = Math.exp(log0 * w0 + log1 * w1);
      const g = 1 / (1 + Math.exp(-(x0 * gate0 + x1 * gate1)));
      const difference = sum - product;
      const d = scale * (product + g * difference - y[row]!);
      const dSum = d * g;
      const dLogProduct = (d - dSum) * product;
      const dGateInput = dSum * (1 - g) * difference;
      dw0 += x0 * dSum + log0 * dLogProduct;
      dw1 += x1 * dSum + log1 * dLogProduct;
      dGate0 += x0 * dGateInput;
      dGate1 += x1 * dGateInput;
    }
    out.wHat[p] = dw0 * sigmoid0 * (1 - tanh0 * tanh0);
    out.wHat[p + 1] = dw1 * sigmoid1 * (1 - tanh1 * tanh1);
    out.mHat[p] = dw0 * w0 * (1 - sigmoid0);
    out.mHat[p + 1] = dw1 * w1 * (1 - sigmoid1);
    out.gate[p] = dGate0;
    out.gate[p + 1] = dGate1;
  }
};
