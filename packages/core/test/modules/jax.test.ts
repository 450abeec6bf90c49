import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { interpret, trace } from '../../src/graph.ts';
import { activationNames, activations, type ActivationName } from '../../src/modules/activations.ts';
import { applyModule } from '../../src/modules/apply.ts';
import type { Module } from '../../src/modules/contract.ts';
import { nac } from '../../src/modules/nac.ts';
import { nacMul } from '../../src/modules/nacMul.ts';
import { nalu } from '../../src/modules/nalu.ts';
import { listParams, unflatten } from '../../src/modules/tree.ts';
import { sizeOf } from '../../src/tensor/shape.ts';
import { constant } from '../../src/tensor/tensor.ts';
import { lossValue, mse } from '../../src/training/losses.ts';
import { gradients } from '../../src/transform/grad.ts';

interface Reference {
  readonly modules: Readonly<
    Record<
      string,
      { readonly loss: number; readonly parameters: Readonly<Record<string, readonly number[]>>; readonly x: readonly number[] }
    >
  >;
  readonly points: readonly number[];
  readonly activations: {
    readonly [K in ActivationName]: { readonly value: readonly number[]; readonly derivative: readonly number[] };
  };
}

/** Made by jax_values.py beside it. */
const reference = JSON.parse(readFileSync(new URL('reference/jax_values.json', import.meta.url), 'utf8')) as Reference;

/** Largest distance, relative for values above 1; NaN when the lengths differ. */
const worst = (got: ArrayLike<number>, wanted: readonly number[]): number =>
  got.length === wanted.length
    ? wanted.reduce((most, value, i) => Math.max(most, Math.abs(got[i]! - value) / Math.max(1, Math.abs(value))), 0)
    : NaN;

const LIMIT = 1e-12;

/** The same numbers as in the script. */
const numbers = (count: number, seed: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => 1.7 * Math.sin(12.9898 * (i + 1) + 78.233 * seed));

const sizes = { inputs: 3, outputs: 2 };
const modules: Readonly<Record<string, Module>> = {
  nac: nac(sizes),
  nacMul: nacMul(sizes),
  naluShared: nalu({ ...sizes, weights: 'shared' }),
  naluSeparate: nalu({ ...sizes, weights: 'separate' }),
};

test.each(Object.entries(modules))('%s: loss and derivatives are those of JAX', (name, module) => {
  const params = listParams(module.params);
  const specs = params.map(({ path, spec }) => ({ name: path, shape: spec.shape }));
  const graph = trace([...specs, { name: 'x', shape: [6, 3] }, { name: 'y', shape: [6, 2] }], (...tensors) => {
    const x = tensors.at(-2)!;
    const loss = lossValue(mse(), applyModule(module, unflatten(module.params, tensors.slice(0, -2)), x), tensors.at(-1)!);
    return [loss, ...gradients(loss, [...tensors.slice(0, -2), x])];
  });
  const values = params.map(({ spec }, i) => numbers(sizeOf(spec.shape), 1 + i));
  const [loss, ...slopes] = interpret(graph, [...values, numbers(18, 9), numbers(12, 10)]);
  const wanted = reference.modules[name]!;
  expect(worst(loss!, [wanted.loss])).toBeLessThan(LIMIT);
  params.forEach(({ path }, i) => expect(worst(slopes[i]!, wanted.parameters[path]!)).toBeLessThan(LIMIT));
  expect(worst(slopes.at(-1)!, wanted.x)).toBeLessThan(LIMIT);
});

describe('activations', () => {
  test('all of the identity figure are there', () => {
    expect([...activationNames].sort()).toEqual(Object.keys(reference.activations).sort());
  });

  test.each(activationNames)('%s has the values and derivatives of JAX', (name) => {
    const graph = trace([{ name: 'x', shape: [reference.points.length] }], (x) => {
      const y = activations[name].apply(x!, constant([0.25]));
      return [y, ...gradients(y.sum(), [x!])];
    });
    const [value, derivative] = interpret(graph, [Float64Array.from(reference.points)]);
    expect(worst(value!, reference.activations[name].value)).toBeLessThan(LIMIT);
    expect(worst(derivative!, reference.activations[name].derivative)).toBeLessThan(LIMIT);
  });

  test.each(activationNames)('%s is finite wherever single precision is', (name) => {
    const graph = trace([{ name: 'x', shape: [4] }], (x) => {
      const y = activations[name].apply(x!, constant([0.25]));
      return [y, ...gradients(y.sum(), [x!])];
    });
    const outputs = interpret(graph, [Float32Array.of(-3e38, -1e4, 1e4, 3e38)], { precision: 'f32' });
    expect(outputs.every((output) => output.every(Number.isFinite))).toBe(true);
  });
});
