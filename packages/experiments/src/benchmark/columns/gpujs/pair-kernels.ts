import type { GPU } from 'gpu.js';
import type { Workload } from '../../workloads.ts';
import { adamKernel, batchIndexAt } from './adam-kernel.ts';
import { kernelOf, type Step } from './kernels.ts';

/**
 * NALU with two inputs and one output, a population of any size, in four kernels: the weights; exp and σ of every row; the
 * derivatives, which recompute the cheap rest of every row; Adam. Parameters 2·m and 2·m + 1 are member m's; x[2·n] and
 * x[2·n + 1] are the columns of batch n, so that neighbouring threads read neighbouring numbers.
 */
export const pairStep = (gpu: GPU, workload: Workload): Step => {
  const { batch, members } = workload;
  const parameters = 2 * members;
  const rows = members * batch;
  // Indices are constants where they can be: the kernels are then a third faster on a CPU.
  const isDrawn = workload.source === 'drawn';
  const takeBatch = isDrawn ? `const batch = state[${batchIndexAt(parameters)}];` : '';
  const column = (input: string): string => (isDrawn ? `2 * batch + ${input}` : input);
  const target = isDrawn ? 'batch' : '0';

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
      ${takeBatch}
      const row = this.thread.x;
      const p = 2 * Math.floor(row / ${batch});
      if (this.thread.y === 0) return Math.exp(logs[${column('0')}][row] * weights[0][p] + logs[${column('1')}][row] * weights[0][p + 1]);
      const gate = x[${column('0')}][row] * state[${2 * parameters} + p] + x[${column('1')}][row] * state[${2 * parameters} + p + 1];
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
      ${takeBatch}
      let sum = 0;
      for (let i = 0; i < ${batch}; i++) {
        const row = member * ${batch} + i;
        const product = forward[0][row];
        const g = forward[1][row];
        const difference = x[${column('0')}][row] * w0 + x[${column('1')}][row] * w1 - product;
        const d = ${2 / batch} * (product + g * difference - y[${target}][row]);
        const dSum = d * g;
        if (this.thread.y === 0) {
          sum += x[${column('input')}][row] * dSum + logs[${column('input')}][row] * (d - dSum) * product;
        } else {
          sum += x[${column('input')}][row] * dSum * (1 - g) * difference;
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
