import { defineModule, uniformInit, type Initialiser, type Module } from '@nalu/core';
import type { Examples } from '../tasks/sample.ts';

/** Added to each magnitude, in units of that input. */
const epsilon = 1e-6;

/** Numbers that are known before the training. */
const given = (name: string, numbers: readonly number[]): Initialiser => ({ name, values: () => Float64Array.from(numbers) });

/** exp of the mean logarithm of the magnitudes that are not 0; 1 when all are. */
const geometricMean = (values: readonly number[]): number => {
  const logs = values.filter((value) => value !== 0).map((value) => Math.log(Math.abs(value)));
  return logs.length === 0 ? 1 : Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
};

/**
 * A power law with a constant of its own, for laws such as p = 8.314·T/V that a NAC• has no place for:
 *
 *     y = exp(b + log(|x|/u + ε)·W)
 *
 * x [rows, inputs], u [inputs], W [inputs, 1], b [1], y [rows, 1]. W is not constrained. u is the geometric mean of each
 * input and b starts at that of the targets' logarithm, so that columns of any size train alike, and rounding an exponent turns the
 * law around the middle of the data instead of around 1. log y is an ordinary linear regression of log x.
 */
export const powerLaw = ({ x, y, rows, columns }: Examples): Module => {
  const column = (i: number): readonly number[] => Array.from({ length: rows }, (_, row) => x[row * columns + i]!);
  const units = Array.from({ length: columns }, (_, i) => geometricMean(column(i)));
  return defineModule({
    name: 'powerLaw',
    paper: 'an ordinary power law, as a straight line in logarithms',
    inputs: columns,
    outputs: 1,
    params: {
      units: { shape: [columns], init: given('geometricMean', units), frozen: true },
      exponents: { shape: [columns, 1], init: uniformInit(-1, 1), group: 'weights' },
      logScale: { shape: [1], init: given('logGeometricMean', [Math.log(geometricMean([...y]))]), group: 'bias' },
    },
    settings: { epsilon },
    apply: (p, rowsOf) => rowsOf.abs().div(p.units).add(epsilon).log().matmul(p.exponents).add(p.logScale).exp(),
    form: (p) => ({ kind: 'product', weights: p.exponents, epsilon, scale: p.logScale.exp(), units: p.units }),
  });
};
