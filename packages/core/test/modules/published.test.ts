import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { interpret, trace } from '../../src/graph.ts';
import { applyModule } from '../../src/modules/apply.ts';
import { arithmeticCell } from '../../src/modules/cell.ts';
import type { ApplyContext, Module } from '../../src/modules/contract.ts';
import { convolution, maxPool } from '../../src/modules/convolution.ts';
import { gatedNauNmu } from '../../src/modules/gatedNauNmu.ts';
import { gnalu } from '../../src/modules/gnalu.ts';
import { inalu } from '../../src/modules/inalu.ts';
import { lstmCell } from '../../src/modules/lstm.ts';
import { mcfc, mulMcfc } from '../../src/modules/mcfc.ts';
import { nacMulNmu } from '../../src/modules/nacMulNmu.ts';
import { nacMulSigmoid } from '../../src/modules/nacMulSigmoid.ts';
import { nau } from '../../src/modules/nau.ts';
import { nmru } from '../../src/modules/nmru.ts';
import { nmu } from '../../src/modules/nmu.ts';
import { npu, realNpu } from '../../src/modules/npu.ts';
import { nru } from '../../src/modules/nru.ts';
import { recurrent } from '../../src/modules/recurrent.ts';
import { rnnCell } from '../../src/modules/rnn.ts';
import { snmu } from '../../src/modules/snmu.ts';
import { listParams, unflatten } from '../../src/modules/tree.ts';
import { sizeOf } from '../../src/tensor/shape.ts';
import { constant } from '../../src/tensor/tensor.ts';
import { lossValue, mse } from '../../src/training/losses.ts';
import { gradients } from '../../src/transform/grad.ts';

interface Case {
  readonly value: readonly number[];
  readonly parameters: Readonly<Record<string, readonly number[]>>;
  readonly x: readonly number[];
}

/** Made by published_modules.py beside it. */
const reference = JSON.parse(readFileSync(new URL('reference/published_modules.json', import.meta.url), 'utf8')) as {
  readonly modules: Readonly<Record<string, Case>>;
};

/** Largest distance, relative for values above 1; NaN when the lengths differ. */
const worst = (got: ArrayLike<number>, wanted: readonly number[]): number =>
  got.length === wanted.length
    ? wanted.reduce((most, value, i) => Math.max(most, Math.abs(got[i]! - value) / Math.max(1, Math.abs(value))), 0)
    : NaN;

const LIMIT = 1e-11;

/** The same numbers as in the script. */
const numbers = (count: number, seed: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => 1.7 * Math.sin(12.9898 * (i + 1) + 78.233 * seed));

const ROWS = 6;
const sizes = { inputs: 3, outputs: 2 };

interface Setting {
  readonly module: Module;
  readonly training?: boolean;
  readonly positive?: boolean;
}

const settings: Readonly<Record<string, Setting>> = {
  nau: { module: nau(sizes) },
  nmu: { module: nmu(sizes) },
  snmu: { module: snmu(sizes), training: true },
  snmuBatch: { module: snmu({ ...sizes, noise: 'batch' }), training: true },
  inalu: { module: inalu(sizes) },
  inaluShared: { module: inalu({ ...sizes, weights: 'shared' }) },
  inaluLimited: { module: inalu({ ...sizes, largestExponent: 0.05 }) },
  gnalu: { module: gnalu(sizes) },
  gatedNauNmu: { module: gatedNauNmu(sizes) },
  nacMulSigmoid: { module: nacMulSigmoid(sizes) },
  nacMulNmu: { module: nacMulNmu(sizes) },
  npu: { module: npu(sizes) },
  npuClipped: { module: npu({ ...sizes, gateGradient: 'clipped' }) },
  npuNaive: { module: npu({ ...sizes, gated: false }) },
  realNpu: { module: realNpu(sizes) },
  realNpuModified: { module: realNpu({ ...sizes, variant: 'modified', gateGradient: 'clipped' }) },
  nruTraining: { module: nru(sizes), training: true },
  nruInUse: { module: nru(sizes) },
  nruSeparate: { module: nru({ ...sizes, sign: 'separate' }) },
  nmruTraining: { module: nmru(sizes), training: true },
  nmruInUse: { module: nmru(sizes) },
  mcfc: { module: mcfc(sizes) },
  mulMcfc: { module: mulMcfc(sizes), positive: true },
  mulMcfcPlain: { module: mulMcfc({ ...sizes, trash: false }), positive: true },
  mulMcfcInalu: { module: mulMcfc({ ...sizes, sign: 'inalu' }) },
  mulMcfcRealNpu: { module: mulMcfc({ ...sizes, sign: 'realNpu', trash: false }) },
  rnn: { module: recurrent({ cell: rnnCell({ inputs: 1, hidden: 2 }), steps: 3 }) },
  rnnRelu: { module: recurrent({ cell: rnnCell({ inputs: 1, hidden: 2, activation: 'relu' }), steps: 3 }), training: true },
  lstm: { module: recurrent({ cell: lstmCell({ inputs: 1, hidden: 2 }), steps: 3 }), training: true },
  lstmForgetBias: {
    module: recurrent({ cell: lstmCell({ inputs: 1, hidden: 2, forgetBias: 1 }), steps: 3, learnedStart: true }),
  },
  nauRecurrent: { module: recurrent({ cell: arithmeticCell(nau(sizes)), steps: 3 }), training: true },
  nmuRecurrent: { module: recurrent({ cell: arithmeticCell(nmu(sizes)), steps: 3 }) },
  convolution: { module: convolution({ height: 5, width: 4, channels: 2, filters: 2, size: 3, activation: 'tanh' }) },
  maxPool: { module: maxPool({ height: 4, width: 6, channels: 2 }) },
};

test('every case of the reference is compared', () => {
  expect(Object.keys(settings)).toEqual(Object.keys(reference.modules));
});

describe.each(Object.entries(settings))('%s', (name, { module, training = false, positive = false }) => {
  const wanted = reference.modules[name]!;
  const params = listParams(module.params);
  const specs = params.map(({ path, spec }) => ({ name: path, shape: spec.shape }));

  test('values and derivatives are those of JAX', () => {
    expect(params.map(({ path }) => path)).toEqual(Object.keys(wanted.parameters));
    const graph = trace(
      [
        ...specs,
        { name: 'x', shape: [ROWS, module.inputs] },
        { name: 'y', shape: [ROWS, module.outputs] },
        { name: 'uniform', shape: [ROWS, module.inputs] },
      ],
      (...tensors) => {
        const [x, target, noise] = tensors.slice(-3);
        const context: ApplyContext = training
          ? { training, step: constant(0), uniform: () => noise!, remember: () => {}, remembered: () => [] }
          : { training };
        const y = applyModule(module, unflatten(module.params, tensors.slice(0, -3)), x!, context);
        return [y, ...gradients(lossValue(mse(), y, target!), [...tensors.slice(0, -3), x!])];
      },
    );
    const x = numbers(ROWS * module.inputs, 9).map((value) => (positive ? Math.abs(value) + 0.1 : value));
    const noise = numbers(ROWS * module.inputs, 11).map((value) => value / 4 + 0.5);
    const values = params.map(({ spec }, i) => numbers(sizeOf(spec.shape), 1 + i));
    const [y, ...slopes] = interpret(graph, [...values, x, numbers(ROWS * module.outputs, 10), noise]);
    expect(worst(y!, wanted.value)).toBeLessThan(LIMIT);
    params.forEach(({ path }, i) => expect(worst(slopes[i]!, wanted.parameters[path]!)).toBeLessThan(LIMIT));
    expect(worst(slopes.at(-1)!, wanted.x)).toBeLessThan(LIMIT);
  });
});

test('an NMRU leaves out the reciprocal of 0 where its weight is 0', () => {
  const module = nmru({ inputs: 2 });
  const graph = trace(
    [
      { name: 'weight', shape: [4, 1] },
      { name: 'x', shape: [2, 2] },
    ],
    (weight, x) => [applyModule(module, { weight: weight! }, x!)],
  );
  const [y] = interpret(graph, [Float64Array.of(1, 0.5, 0, 0), Float64Array.of(0, 3, -3, 0)]);
  expect(y![0]).toBe(0);
  expect(y![1]).toBeCloseTo(-1.5, 12);
});

test('images and filters that do not fit are named', () => {
  expect(() => convolution({ height: 4, width: 9, filters: 1 })).toThrow('5×5 does not fit into an image of 4×9');
  expect(() => convolution({ height: 9, width: 9, filters: 0 })).toThrow('filters must be a whole number of at least 1');
  expect(() => convolution({ height: 9, width: 9, filters: 1, activation: 'prelu' as 'relu' })).toThrow('it is "prelu"');
  expect(() => maxPool({ height: 4, width: 5 })).toThrow('2×2 do not divide an image of 4×5');
});

test('options that do not exist are named', () => {
  expect(() => inalu({ inputs: 2, weights: 'none' as 'shared' })).toThrow('inalu: weights must be "shared" or "separate"');
  expect(() => npu({ inputs: 2, epsilon: 0 })).toThrow('npu: epsilon must be a positive number');
  expect(() => realNpu({ inputs: 2, variant: 'new' as 'original' })).toThrow('realNpu: variant must be');
  expect(() => snmu({ inputs: 2, noise: { from: 0, to: 1 } })).toThrow('bounds 0 < from < to');
  expect(() => mulMcfc({ inputs: 2, sign: 'lost' as 'none' })).toThrow('mulMcfc: sign must be');
});
