import { describe, expect, test } from 'vitest';
import { readFormula } from '../../src/formula/readFormula.ts';
import type { Module } from '../../src/modules/contract.ts';
import { gatedNauNmu } from '../../src/modules/gatedNauNmu.ts';
import { gnalu } from '../../src/modules/gnalu.ts';
import { inalu } from '../../src/modules/inalu.ts';
import { mcfc, mulMcfc } from '../../src/modules/mcfc.ts';
import { nac } from '../../src/modules/nac.ts';
import { nacMul } from '../../src/modules/nacMul.ts';
import { nacMulNmu } from '../../src/modules/nacMulNmu.ts';
import { nacMulSigmoid } from '../../src/modules/nacMulSigmoid.ts';
import { nalu } from '../../src/modules/nalu.ts';
import { nau } from '../../src/modules/nau.ts';
import { nmru } from '../../src/modules/nmru.ts';
import { nmu } from '../../src/modules/nmu.ts';
import { npu, realNpu } from '../../src/modules/npu.ts';
import { nru } from '../../src/modules/nru.ts';
import { sequential } from '../../src/modules/sequential.ts';
import { snapParameters } from '../../src/modules/snap.ts';
import { snmu } from '../../src/modules/snmu.ts';
import { listParams } from '../../src/modules/tree.ts';

type Row = readonly number[];

const two = { inputs: 2 };
const three = { inputs: 3 };

/** Stored parameters near an exact solution, as training leaves them, and what they stand for. Rows of both signs. */
interface Case {
  readonly module: Module;
  readonly stored: Readonly<Record<string, Row>>;
  readonly f: (row: Row) => number;
  readonly text: string;
  /** Rows have positive numbers only. */
  readonly positive?: boolean;
  /** Snapped, it still is not exact: a part that depends on the input stays as it is. */
  readonly inexact?: boolean;
}

const OFF = 0.002;
const [a, b] = [0, 1];

const cases: Readonly<Record<string, Case>> = {
  nau: { module: nau(three), stored: { weight: [1 - OFF, -1, OFF] }, f: (x) => x[a]! - x[b]!, text: 'a - b' },
  nmu: { module: nmu(three), stored: { weight: [1 - OFF, 1, OFF] }, f: (x) => x[a]! * x[b]!, text: 'a·b' },
  snmu: { module: snmu(three), stored: { weight: [1 - OFF, 1, OFF] }, f: (x) => x[a]! * x[b]!, text: 'a·b' },
  'inalu, a product': {
    module: inalu(two),
    stored: {
      'add/wHat': [1, 1],
      'add/mHat': [1, 1],
      'multiply/wHat': [9, -9],
      'multiply/mHat': [9, 9],
      gate: [-9],
    },
    f: (x) => x[a]! / x[b]!,
    text: 'a/b',
  },
  'inalu, a sum by shared weights': {
    module: inalu({ ...two, weights: 'shared' }),
    stored: { wHat: [9, -9], mHat: [9, 9], gate: [20] },
    f: (x) => x[a]! - x[b]!,
    text: 'a - b',
  },
  gnalu: {
    module: gnalu({ ...two, gate: 'free' }),
    stored: { wHat: [15, 15], mHat: [18, 18], gate: [-30] },
    f: (x) => x[a]! * x[b]!,
    text: 'a·b',
    positive: true,
  },
  'nalu with a free gate': {
    module: nalu({ ...two, gate: 'free' }),
    stored: {
      'add/wHat': [9, -9],
      'add/mHat': [9, 9],
      'multiply/wHat': [1, 1],
      'multiply/mHat': [1, 1],
      gate: [15],
    },
    f: (x) => x[a]! - x[b]!,
    text: 'a - b',
  },
  gatedNauNmu: {
    module: gatedNauNmu(two),
    stored: { 'add/weight': [1, 1 - OFF], 'multiply/weight': [0.4, 0.5], gate: [40, 40] },
    f: (x) => x[a]! + x[b]!,
    text: 'a + b',
    positive: true,
    inexact: true,
  },
  nac: { module: nac(two), stored: { wHat: [9, -9], mHat: [9, 9] }, f: (x) => x[a]! - x[b]!, text: 'a - b' },
  nacMul: {
    module: nacMul(two),
    stored: { wHat: [9, -9], mHat: [9, 9] },
    f: (x) => x[a]! / x[b]!,
    text: 'a/b',
    positive: true,
  },
  nacMulSigmoid: {
    module: nacMulSigmoid(three),
    stored: { wHat: [9, 9, -9] },
    f: (x) => x[a]! * x[b]!,
    text: 'a·b',
    positive: true,
  },
  nacMulNmu: {
    module: nacMulNmu(three),
    stored: { weight: [1, 1 - OFF, OFF] },
    f: (x) => x[a]! * x[b]!,
    text: 'a·b',
    positive: true,
  },
  npu: {
    module: npu(three),
    stored: { real: [1 + OFF, -1, 0.7], imaginary: [0, OFF, 0], relevance: [1, 1.2, -0.1] },
    f: (x) => x[a]! / x[b]!,
    text: 'a/b',
  },
  realNpu: {
    module: realNpu(three),
    stored: { real: [1 - OFF, -1, 1], relevance: [1, 1 - OFF, OFF] },
    f: (x) => x[a]! / x[b]!,
    text: 'a/b',
  },
  nru: { module: nru(three), stored: { weight: [1, -1 + OFF, OFF] }, f: (x) => x[a]! / x[b]!, text: 'a/b' },
  nmru: {
    module: nmru(two),
    stored: { weight: [1 - OFF, OFF, 0, 1] },
    f: (x) => x[a]! / x[b]!,
    text: 'a/b',
  },
  mcfc: {
    module: mcfc({ inputs: 2, outputs: 1 }),
    stored: { redistribution: [1, 1], gateWeight: [5], gateBias: [5] },
    f: (x) => x[a]! + x[b]!,
    text: 'a + b',
    inexact: true,
  },
  mulMcfc: {
    module: mulMcfc({ ...three, sign: 'inalu' }),
    stored: {
      'mcfc/redistribution': [9, 0, 9, 0, 0, 9],
      'mcfc/gateWeight': [5, 0],
      'mcfc/gateBias': [5, 0],
      bias: [1e-6],
    },
    f: (x) => x[a]! * x[b]!,
    text: 'a·b',
    inexact: true,
  },
  'a stack': {
    module: sequential(nau({ inputs: 3, outputs: 2 }), nmu(two)),
    stored: { '0/weight': [1, 0, 1, OFF, 0, 1 - OFF], '1/weight': [1, 1] },
    f: (x) => (x[a]! + x[b]!) * x[2]!,
    text: '(a + b)·c',
  },
};

const numbers = [-2.5, -1.25, -0.4, 0.6, 1.5, 3];

const rowsOf = ({ module, positive }: Case): readonly Row[] =>
  Array.from({ length: 40 }, (_, r) =>
    Array.from({ length: module.inputs }, (__, i) => {
      const value = numbers[(r * (i + 2) + 3 * i + Math.floor(r / 6)) % numbers.length]!;
      return positive ? Math.abs(value) : value;
    }),
  );

const trained = ({ module, stored }: Case) => ({
  module,
  parameters: new Map(
    listParams(module.params).map(({ path, spec }) => [path, { shape: spec.shape, data: Float64Array.from(stored[path]!) }]),
  ),
});

describe.each(Object.entries(cases))('%s', (_, each) => {
  const rows = rowsOf(each);
  const targets = rows.map((row) => [each.f(row)]);
  const inputNames = ['a', 'b', 'c'].slice(0, each.module.inputs);

  test('stands for its operation, signs included', () => {
    const formula = readFormula(trained(each), rows, targets, { inputNames });
    expect(formula.rounded?.text).toBe(each.text);
    expect(formula.rounded?.holds).toBe(true);
    // The exact formula is the module itself.
    expect(formula.errors.exact!.mse).toBeCloseTo(formula.errors.model.mse, 10);
  });

  test('is exact once its parameters are snapped', () => {
    const before = trained(each);
    const parameters = snapParameters(each.module, before.parameters);
    const formula = readFormula({ ...before, parameters }, rows, targets, { inputNames });
    expect(formula.errors.model.relative).toBeLessThan(each.inexact ? 1e-2 : 1e-5);
    if (!each.inexact) expect(formula.sparsityError).toBeLessThan(1e-15);
  });
});

test('snapping to halves keeps square roots, and a module without arithmetic keeps everything', () => {
  const half = snapParameters(
    nacMul(two),
    new Map([
      ['wHat', { shape: [2, 1], data: Float64Array.of(9, -9) }],
      ['mHat', { shape: [2, 1], data: Float64Array.of(0.1, 9) }],
    ]),
    'half',
  );
  const formula = readFormula({ module: nacMul(two), parameters: half }, [[4, 2]], [[1]], { inputNames: ['a', 'b'] });
  expect(formula.weights.map(({ value }) => value)).toEqual([0.5, -1]);
});
