import type { Batch, Parameters } from '../data.ts';
import type { Workload } from '../workloads.ts';
import type { BatchLogs } from './batch-logs.ts';
import { matmulLoop, transposeLoop } from './matmul-loop.ts';

/** The loops of one NALU layer. */
export interface LayerLoop {
  /** Keeps what depends on the batch alone: for every new batch, before its gradients. */
  take(batch: Batch, logs: BatchLogs): void;
  gradients(parameters: Parameters, batch: Batch, logs: BatchLogs, out: Parameters): void;
}

/** Forward and backward of one NALU of any size, with every intermediate array allocated once. */
export const layerLoop = (workload: Workload): LayerLoop => {
  const { inputs, outputs, batch: rows } = workload;
  const parameterCount = inputs * outputs;
  const inputCount = rows * inputs;
  const outputCount = rows * outputs;
  const scale = 2 / outputCount;

  const tanhW = new Float32Array(parameterCount);
  const sigmoidM = new Float32Array(parameterCount);
  const weights = new Float32Array(parameterCount);
  const dWeights = new Float32Array(parameterCount);
  const xTransposed = new Float32Array(inputCount);
  const logsTransposed = new Float32Array(inputCount);
  // Each of these three holds a result of the forward pass first, and then its gradient.
  const sum = new Float32Array(outputCount);
  const logProduct = new Float32Array(outputCount);
  const gateInput = new Float32Array(outputCount);
  const panel = new Float64Array(4 * Math.max(inputs, rows));

  const take: LayerLoop['take'] = ({ x }, logs) => {
    transposeLoop(x, xTransposed, rows, inputs);
    transposeLoop(logs, logsTransposed, rows, inputs);
  };

  const gradients: LayerLoop['gradients'] = ({ wHat, mHat, gate }, { x, y }, logs, out) => {
    for (let i = 0; i < parameterCount; i++) {
      const t = Math.tanh(wHat[i]!);
      const s = 1 / (1 + Math.exp(-mHat[i]!));
      tanhW[i] = t;
      sigmoidM[i] = s;
      weights[i] = t * s;
    }

    matmulLoop(x, weights, sum, rows, inputs, outputs, false, panel);
    matmulLoop(logs, weights, logProduct, rows, inputs, outputs, false, panel);
    matmulLoop(x, gate, gateInput, rows, inputs, outputs, false, panel);

    for (let i = 0; i < outputCount; i++) {
      const product = Math.exp(logProduct[i]!);
      const g = 1 / (1 + Math.exp(-gateInput[i]!));
      const difference = sum[i]! - product;
      const d = scale * (product + g * difference - y[i]!);
      const dSum = d * g;
      sum[i] = dSum;
      logProduct[i] = (d - dSum) * product;
      gateInput[i] = dSum * (1 - g) * difference;
    }

    matmulLoop(xTransposed, sum, dWeights, inputs, rows, outputs, false, panel);
    matmulLoop(xTransposed, gateInput, out.gate, inputs, rows, outputs, false, panel);
    matmulLoop(logsTransposed, logProduct, dWeights, inputs, rows, outputs, true, panel);

    for (let i = 0; i < parameterCount; i++) {
      const t = tanhW[i]!;
      const s = sigmoidM[i]!;
      const d = dWeights[i]!;
      out.wHat[i] = d * s * (1 - t * t);
      out.mHat[i] = d * t * s * (1 - s);
    }
  };
  return { take, gradients };
};
