import type { UnaryAttrs } from './attrs.ts';
import { unaryRow } from './elementwise.ts';
import { exact, within4 } from './numerics.ts';
import type { OpRow } from './row.ts';
import { clamp, roundTiesToEven, sigmoid, sign, softplus } from './scalar.ts';

const noDerivative = (): readonly undefined[] => [undefined];

export const unaryRows: { readonly [K in keyof UnaryAttrs]: OpRow<K> } = {
  neg: unaryRow('neg', (x) => -x, {
    formula: '−x',
    vjp: ({ g }) => [g.neg()],
    derivative: '−1',
    numerics: exact('flips the sign of zeros'),
  }),
  abs: unaryRow('abs', Math.abs, {
    formula: '|x|',
    vjp: ({ inputs: [x], g }) => [g.mul(x!.sign())],
    derivative: 'sign(x); 0 at 0',
    numerics: exact('|−0| = 0'),
  }),
  sign: unaryRow('sign', sign, {
    formula: 'sign(x)',
    vjp: noDerivative,
    derivative: '0',
    numerics: exact('zeros keep their sign; ±1 for every other number, however small'),
  }),
  exp: unaryRow('exp', Math.exp, {
    formula: 'eˣ',
    vjp: ({ output, g }) => [g.mul(output)],
    derivative: 'eˣ',
    numerics: within4('e^−∞ = 0, e^∞ = ∞'),
  }),
  expm1: unaryRow('expm1', Math.expm1, {
    formula: 'eˣ − 1',
    vjp: ({ inputs: [x], g }) => [g.mul(x!.exp())],
    derivative: 'eˣ',
    numerics: within4('accurate near 0; keeps the sign of zeros'),
  }),
  log: unaryRow('log', Math.log, {
    formula: 'log x',
    vjp: ({ inputs: [x], g }) => [g.div(x!)],
    derivative: '1/x',
    numerics: within4('log 0 = −∞, log ∞ = ∞', 'x ≥ 0'),
  }),
  log1p: unaryRow('log1p', Math.log1p, {
    formula: 'log(1 + x)',
    vjp: ({ inputs: [x], g }) => [g.div(x!.add(1))],
    derivative: '1/(1 + x)',
    numerics: within4('accurate near 0; keeps the sign of zeros; log1p(−1) = −∞', 'x ≥ −1'),
  }),
  sqrt: unaryRow('sqrt', Math.sqrt, {
    formula: '√x',
    vjp: ({ output, g }) => {
      const atZero = output.eq(0);
      return [atZero.where(0, g.mul(0.5).div(atZero.where(1, output)))];
    },
    derivative: '1/(2√x); 0 at 0',
    numerics: within4('√−0 = −0', 'x ≥ 0'),
  }),
  reciprocal: unaryRow('reciprocal', (x) => 1 / x, {
    formula: '1/x',
    vjp: ({ output, g }) => [g.mul(output).mul(output).neg()],
    derivative: '−1/x²',
    numerics: within4('1/±0 = ±∞'),
  }),
  sin: unaryRow('sin', Math.sin, {
    formula: 'sin x',
    vjp: ({ inputs: [x], g }) => [g.mul(x!.cos())],
    derivative: 'cos x',
    numerics: within4('NaN at ±∞; keeps the sign of zeros'),
  }),
  cos: unaryRow('cos', Math.cos, {
    formula: 'cos x',
    vjp: ({ inputs: [x], g }) => [g.mul(x!.sin()).neg()],
    derivative: '−sin x',
    numerics: within4('NaN at ±∞'),
  }),
  tanh: unaryRow('tanh', Math.tanh, {
    formula: 'tanh x',
    vjp: ({ output, g }) => [g.mul(output.mul(output).neg().add(1))],
    derivative: '1 − tanh² x',
    numerics: within4('accurate near 0; keeps the sign of zeros; ±1 at ±∞'),
  }),
  sigmoid: unaryRow('sigmoid', sigmoid, {
    formula: 'σ(x) = 1/(1 + e⁻ˣ)',
    vjp: ({ output, g }) => [g.mul(output.mul(output.neg().add(1)))],
    derivative: 'σ(x)(1 − σ(x))',
    numerics: within4('no overflow on either side'),
  }),
  softplus: unaryRow('softplus', softplus, {
    formula: 'log(1 + eˣ)',
    vjp: ({ inputs: [x], g }) => [g.mul(x!.sigmoid())],
    derivative: 'σ(x)',
    numerics: within4('x for large x, eˣ for small'),
  }),
  floor: unaryRow('floor', Math.floor, {
    formula: '⌊x⌋',
    vjp: noDerivative,
    derivative: '0',
    numerics: exact('keeps −0'),
  }),
  round: unaryRow('round', roundTiesToEven, {
    formula: 'round(x)',
    vjp: noDerivative,
    derivative: '0',
    numerics: exact('ties to even; keeps the sign of zeros'),
  }),
  isFinite: unaryRow('isFinite', (x) => (Number.isFinite(x) ? 1 : 0), {
    formula: '1 if x is finite, else 0',
    vjp: noDerivative,
    derivative: '0',
    numerics: exact('0 at NaN and ±∞'),
  }),
  stopGradient: unaryRow('stopGradient', (x) => x, {
    formula: 'x',
    vjp: noDerivative,
    derivative: '0, by definition',
    numerics: exact('identity'),
  }),
  clamp: unaryRow('clamp', (x, { min, max }) => clamp(x, min, max), {
    formula: 'min(max(x, low), high)',
    vjp: ({ inputs: [x], attrs, g }) => [x!.ge(attrs.min).mul(x!.le(attrs.max)).where(g, 0)],
    derivative: '1 inside and on the boundary, 0 outside',
    numerics: exact('NaN stays NaN'),
  }),
};
