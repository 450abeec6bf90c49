import type { GPU } from 'gpu.js';
import type { Workload } from '../../workloads.ts';
import { adamKernel, batchIndexAt } from './adam-kernel.ts';
import { kernelOf, type Step } from './kernels.ts';

/**
 * NALU with two inputs and one output, a population of any size, in four kernels: the weights; exp and σ of every row; the
 * derivatives, which recompute the cheap rest of every row; Adam. Parameters 2·m and 2·m + 1 are member m's; x and its
 * logarithms are stored by column, so that neighbouring threads read neighbouring numbers.
 */
export const pairStep = (gpu: GPU, workload: Workload): Step => {
  const { batch, members } = workload;
  const parameters = 2 * members;
  const rows = members * batch;
  const start = workload.source === 'resident' ? '0' : `state[${batchIndexAt(parameters)}] * ${rows}`;

  const weightsKernel = kernelOf(
    gpu,
    `function (state) {
      const p = this.thread.x;
      const t = Math.tanh(state[p]);
      const s = 1 / (1 + Math.exp(-state[${parameters} + p]));
      if (this.thread.y === 0) return t * s;
      if (this.thread.y === 1) return s * (1 - t * t);
      return t * s * (1 - s);
    }`,
    [parameters, 3],
  );

  const forwardKernel = kernelOf(
    gpu,
    `function (state, weights, x, logs) {
      const p = 2 * Math.floor(this.thread.x / ${batch});
      const row = ${start} + this.thread.x;
      if (this.thread.y === 0) return Math.exp(logs[0][row] * weights[0][p] + logs[1][row] * weights[0][p + 1]);
      const gate = x[0][row] * state[${2 * parameters} + p] + x[1][row] * state[${2 * parameters} + p + 1];
      return 1 / (1 + Math.exp(-gate));
    }`,
    [rows, 2],
  );

  const gradientKernel = kernelOf(
    gpu,
    `function (state, weights, forward, x, logs, y) {
      const member = Math.floor(this.thread.x / 2);
      const input = this.thread.x - 2 * member;
      const w0 = weights[0][2 * member];
      const w1 = weights[0][2 * member + 1];
      const start = ${start};
      let sum = 0;
      for (let i = 0; i < ${batch}; i++) {
        const place = member * ${batch} + i;
        const row = start + place;
        const product = forward[0][place];
        const g = forward[1][place];
        const difference = x[0][row] * w0 + x[1][row] * w1 - product;
        const d = ${2 / batch} * (product + g * difference - y[row]);
        const dSum = d * g;
        if (this.thread.y === 0) {
          sum += x[input][row] * dSum + logs[input][row] * (d - dSum) * product;
        } else {
          sum += x[input][row] * dSum * (1 - g) * difference;
        }
      }
      return sum;
    }`,
    [parameters, 2],
  );

  const adam = adamKernel(gpu, workload, parameters, '[p]');
  return (state, { x, logs, y }) => {
    const weights = weightsKernel(state);
    const forward = forwardKernel(state, weights, x, logs);
    return adam(state, weights, gradientKernel(state, weights, forward, x, logs, y));
  };
};
