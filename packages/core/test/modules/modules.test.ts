import { describe, expect, test } from 'vitest';
import { interpret, trace } from '../../src/graph.ts';
import { applyModule } from '../../src/modules/apply.ts';
import { defineModule, type Module } from '../../src/modules/contract.ts';
import { dense } from '../../src/modules/dense.ts';
import { freeze } from '../../src/modules/freeze.ts';
import { nac } from '../../src/modules/nac.ts';
import { nacMul } from '../../src/modules/nacMul.ts';
import { nalu } from '../../src/modules/nalu.ts';
import { sequential } from '../../src/modules/sequential.ts';
import { listParams } from '../../src/modules/tree.ts';
import { constrainedWeights } from '../../src/modules/weights.ts';
import { unflatten } from '../../src/modules/tree.ts';
import { constantInit } from '../../src/random/initialisers.ts';
import { sizeOf } from '../../src/tensor/shape.ts';
import { gradients } from '../../src/transform/grad.ts';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const weight = (wHat: number, mHat: number): number => Math.tanh(wHat) * sigmoid(mHat);

/** Numbers without a pattern, away from the kinks of any activation. */
const numbers = (count: number, seed: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => 1.7 * Math.sin(12.9898 * (i + 1) + 78.233 * seed));

const ROWS = 5;

/** y of a module in f64, for parameters in the order of `listParams`. */
const apply = (module: Module, parameters: readonly Float64Array[], x: Float64Array): Float64Array => {
  const params = listParams(module.params);
  const graph = trace(
    [
      ...params.map(({ path, spec }) => ({ name: path, shape: spec.shape })),
      { name: 'x', shape: [x.length / module.inputs, module.inputs] },
    ],
    (...tensors) => [applyModule(module, unflatten(module.params, tensors.slice(0, -1)), tensors.at(-1)!)],
  );
  return interpret(graph, [...parameters, x])[0] as Float64Array;
};

const parametersOf = (module: Module, seed: number): readonly Float64Array[] =>
  listParams(module.params).map(({ spec }, i) => numbers(sizeOf(spec.shape), seed + i));

/** Row by row, from the formulas of the paper, without tensors. */
const closedForms: Readonly<
  Record<string, { module: Module; row: (x: readonly number[], p: readonly Float64Array[]) => number[] }>
> = {
  nac: {
    module: nac({ inputs: 3, outputs: 2 }),
    row: (x, [w, m]) => [0, 1].map((j) => x.reduce((total, xi, i) => total + xi * weight(w![2 * i + j]!, m![2 * i + j]!), 0)),
  },
  nacMul: {
    module: nacMul({ inputs: 3, outputs: 2, epsilon: 1e-3 }),
    row: (x, [w, m]) =>
      [0, 1].map((j) =>
        x.reduce((product, xi, i) => product * (Math.abs(xi) + 1e-3) ** weight(w![2 * i + j]!, m![2 * i + j]!), 1),
      ),
  },
  'nalu, shared weights': {
    module: nalu({ inputs: 2, outputs: 2, weights: 'shared' }),
    row: (x, [w, m, g]) =>
      [0, 1].map((j) => {
        const column = (values: Float64Array): number[] => x.map((_, i) => values[2 * i + j]!);
        const each = x.map((_, i) => weight(column(w!)[i]!, column(m!)[i]!));
        const sum = x.reduce((total, xi, i) => total + xi * each[i]!, 0);
        const product = x.reduce((total, xi, i) => total * (Math.abs(xi) + 1e-6) ** each[i]!, 1);
        const gate = sigmoid(x.reduce((total, xi, i) => total + xi * column(g!)[i]!, 0));
        return gate * sum + (1 - gate) * product;
      }),
  },
  'nalu, separate weights and a free gate': {
    module: nalu({ inputs: 2, weights: 'separate', gate: 'free', epsilon: 0.01 }),
    row: (x, [w, m, v, n, g]) => {
      const sum = x.reduce((total, xi, i) => total + xi * weight(w![i]!, m![i]!), 0);
      const product = x.reduce((total, xi, i) => total * (Math.abs(xi) + 0.01) ** weight(v![i]!, n![i]!), 1);
      return [sigmoid(g![0]!) * sum + (1 - sigmoid(g![0]!)) * product];
    },
  },
  'dense with tanh': {
    module: dense({ inputs: 3, outputs: 2, activation: 'tanh' }),
    row: (x, [w, b]) => [0, 1].map((j) => Math.tanh(x.reduce((total, xi, i) => total + xi * w![2 * i + j]!, b![j]!))),
  },
  'dense without bias': {
    module: dense({ inputs: 2, bias: false }),
    row: (x, [w]) => [x[0]! * w![0]! + x[1]! * w![1]!],
  },
  stack: {
    module: sequential(nac({ inputs: 2, outputs: 2 }), dense({ inputs: 2, activation: 'prelu' })),
    row: (x, [w, m, v, b, slope]) => {
      const hidden = [0, 1].map((j) => x.reduce((total, xi, i) => total + xi * weight(w![2 * i + j]!, m![2 * i + j]!), 0));
      const y = hidden[0]! * v![0]! + hidden[1]! * v![1]! + b![0]!;
      return [y < 0 ? slope![0]! * y : y];
    },
  },
};

describe.each(Object.entries(closedForms))('%s', (_, { module, row }) => {
  const parameters = parametersOf(module, 1);
  // Away from 0, where log(|x| + ε) bends too much for differences.
  const x = numbers(ROWS * module.inputs, 9).map((value) => value + 0.3 * Math.sign(value));

  test('computes its formula', () => {
    const y = apply(module, parameters, x);
    const wanted = Array.from({ length: ROWS }, (__, r) =>
      row(Array.from(x.subarray(r * module.inputs, (r + 1) * module.inputs)), parameters),
    ).flat();
    expect(y.length).toBe(wanted.length);
    wanted.forEach((value, i) => expect(y[i]).toBeCloseTo(value, 12));
  });

  test('has the derivatives of central differences, for parameters and input', () => {
    const params = listParams(module.params);
    const specs = [
      ...params.map(({ path, spec }) => ({ name: path, shape: spec.shape })),
      { name: 'x', shape: [ROWS, module.inputs] },
    ];
    const graph = trace(specs, (...tensors) => {
      const y = applyModule(module, unflatten(module.params, tensors.slice(0, -1)), tensors.at(-1)!);
      const loss = y.mul(y.sin()).sum();
      return [loss, ...gradients(loss, tensors)];
    });
    const inputs = [...parameters, x];
    const [, ...exact] = interpret(graph, inputs);
    inputs.forEach((input, k) => {
      for (let i = 0; i < input.length; i++) {
        const h = 1e-5;
        const at = (shift: number): number =>
          interpret(
            graph,
            inputs.map((values, j) => (j === k ? values.map((value, n) => (n === i ? value + shift : value)) : values)),
          )[0]![0]!;
        const difference = (at(h) - at(-h)) / (2 * h);
        expect(Math.abs(exact[k]![i]! - difference)).toBeLessThan(1e-7 * Math.max(1, Math.abs(difference)));
      }
    });
  });
});

test('weights outside (−1, 1) are impossible, and 1, −1 and 0 are reached', () => {
  const module = nac({ inputs: 3 });
  const graph = trace(
    [
      { name: 'w', shape: [3, 1] },
      { name: 'm', shape: [3, 1] },
    ],
    (wHat, mHat) => [constrainedWeights(module, { wHat: wHat!, mHat: mHat! })[0]!.weights],
  );
  const [weights] = interpret(graph, [Float64Array.of(40, -40, 3), Float64Array.of(40, 40, -800)]);
  expect([...weights!]).toEqual([1, -1, 0]);
});

test('layers of a stack list their weights by path, gated ones by their two paths', () => {
  const stack = sequential(nalu({ inputs: 2, outputs: 2 }), nalu({ inputs: 2, weights: 'shared' }), nac({ inputs: 1 }));
  const params = listParams(stack.params);
  let paths: readonly string[] = [];
  trace(
    params.map(({ path, spec }) => ({ name: path, shape: spec.shape })),
    (...tensors) => {
      paths = constrainedWeights(stack, unflatten(stack.params, tensors)).map(({ path }) => path);
      return [tensors[0]!];
    },
  );
  expect(paths).toEqual(['0/add', '0/multiply', '1/weights', '2/weights']);
  expect(params.map(({ path }) => path)).toEqual([
    '0/add/wHat',
    '0/add/mHat',
    '0/multiply/wHat',
    '0/multiply/mHat',
    '0/gate',
    '1/wHat',
    '1/mHat',
    '1/gate',
    '2/wHat',
    '2/mHat',
  ]);
});

test('a module of one’s own is ten lines, typed by its declaration', () => {
  const scaled = defineModule({
    name: 'scaled',
    paper: 'none',
    inputs: 2,
    outputs: 2,
    params: { scale: { shape: [2], init: constantInit(3) }, inner: { shift: { shape: [2], init: constantInit(1) } } },
    apply: ({ scale, inner: { shift } }, x) => x.mul(scale).add(shift),
  });
  expect([...apply(scaled, [Float64Array.of(3, 3), Float64Array.of(1, 2)], Float64Array.of(1, 2, 3, 4))]).toEqual([4, 8, 10, 14]);
  // @ts-expect-error: the declaration has no parameter of this name.
  defineModule({ ...scaled, apply: ({ scale, other }, x) => x.mul(scale).add(other) });
});

test('misfits are named with module and shapes', () => {
  const at = (module: Module, columns: number) => () => apply(module, parametersOf(module, 1), numbers(ROWS * columns, 1));
  const wrong = defineModule({ name: 'wrong', paper: 'none', inputs: 2, outputs: 3, params: {}, apply: (_, x) => x });
  const graph = (module: Module, columns: number) => () =>
    trace([{ name: 'x', shape: [ROWS, columns] }], (x) => [applyModule(module, {}, x!)]);
  expect(graph(nac({ inputs: 3 }), 2)).toThrow('"nac" takes rows of 3 numbers, [rows, 3], but was given [5, 2]');
  expect(graph(wrong, 2)).toThrow('"wrong" declares 3 outputs, so apply must return [5, 3], but it returned [5, 2]');
  expect(at(nac({ inputs: 3 }), 3)).not.toThrow();
  expect(() => sequential(nac({ inputs: 2, outputs: 3 }), nac({ inputs: 2 }))).toThrow(
    'layer 0 ("nac") has 3 outputs, but layer 1 ("nac") takes 2 inputs',
  );
  expect(() => sequential()).toThrow('at least one layer');
  expect(() => nac({ inputs: 0 })).toThrow('inputs must be a whole number of at least 1, but it is 0');
  expect(() => nalu({ inputs: 2, epsilon: 0 })).toThrow('epsilon must be a positive number');
  expect(() => nalu({ inputs: 2, gate: 'open' as 'free' })).toThrow('gate must be "input" or "free", but it is "open"');
  expect(() => dense({ inputs: 2, activation: 'gelu' as 'elu' })).toThrow('no activation "gelu"');
});

test('freeze marks the parameters that it names', () => {
  const frozen = freeze(sequential(nac({ inputs: 2 }), nac({ inputs: 1 })), (path) => path.startsWith('0/'));
  expect(listParams(frozen.params).map(({ path, spec }) => [path, spec.frozen ?? false])).toEqual([
    ['0/wHat', true],
    ['0/mHat', true],
    ['1/wHat', false],
    ['1/mHat', false],
  ]);
});
