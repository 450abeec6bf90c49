import { describe, expect, it } from 'vitest';
import { firstBatch, initialParameters, type Parameters } from '../../src/benchmark/data.ts';
import { oracle } from '../../src/benchmark/oracle.ts';
import type { Workload } from '../../src/benchmark/workloads.ts';
import { byName } from './support.ts';

type Weights = { [name in keyof Parameters]: number[] };

/** The mean squared error, number by number, straight from the article's formula. */
const loss = (workload: Workload, { wHat, mHat, gate }: Weights): number => {
  const { inputs, outputs, batch, logEpsilon } = workload;
  const { x, y } = firstBatch(workload);
  let total = 0;
  for (let row = 0; row < batch; row++) {
    for (let j = 0; j < outputs; j++) {
      let [sum, logs, gateInput] = [0, 0, 0];
      for (let i = 0; i < inputs; i++) {
        const p = i * outputs + j;
        const value = x[row * inputs + i]!;
        const weight = Math.tanh(wHat[p]!) / (1 + Math.exp(-mHat[p]!));
        sum += value * weight;
        logs += Math.log(Math.abs(value) + logEpsilon) * weight;
        gateInput += value * gate[p]!;
      }
      const g = 1 / (1 + Math.exp(-gateInput));
      total += (g * sum + (1 - g) * Math.exp(logs) - y[row * outputs + j]!) ** 2;
    }
  }
  return total / (batch * outputs);
};

describe('the oracle', () => {
  // With ε = α = 1e9, Adam's first step is g/(1 + |g|/1e9): the parameters move by their gradient.
  const workload: Workload = {
    ...byName('nalu-2-1-b128'),
    inputs: 3,
    outputs: 2,
    batch: 7,
    adam: { learningRate: 1e9, beta1: 0.9, beta2: 0.999, epsilon: 1e9 },
  };

  it('moves along gradients that agree with central differences of the loss', () => {
    const start = initialParameters(workload);
    const after = oracle(workload, 1);
    const names = ['wHat', 'mHat', 'gate'] as const;
    const h = 1e-5;
    names.forEach((name, index) => {
      start[name].forEach((value, i) => {
        const at = (shift: number): number => {
          const weights = { wHat: [...start.wHat], mHat: [...start.mHat], gate: [...start.gate] };
          weights[name][i] = value + shift;
          return loss(workload, weights);
        };
        const difference = (at(h) - at(-h)) / (2 * h);
        expect(value - after[index]![i]!).toBeCloseTo(difference, 7);
      });
    });
  });

  it('starts Adam with steps of the learning rate', () => {
    const small = { ...workload, adam: { ...workload.adam, learningRate: 1e-3, epsilon: 1e-12 } };
    const start = initialParameters(small);
    oracle(small, 1)[0]!.forEach((value, i) => expect(Math.abs(value - start.wHat[i]!)).toBeCloseTo(1e-3, 8));
  });

  it('trains each member as if it were alone', () => {
    const together = { ...byName('nalu-2-1-b128-100'), batch: 8, members: 2 };
    const alone = { ...together, members: 1 };
    const [both, first] = [oracle(together, 3), oracle(alone, 3)];
    both.forEach((values, i) => expect(values.slice(0, 2)).toEqual(first[i]));
  });
});
