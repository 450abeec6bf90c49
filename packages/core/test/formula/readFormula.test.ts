import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interpret } from '../../src/backend/interpret.ts';
import { ArgumentError, DataError } from '../../src/errors.ts';
import { createAlgebra } from '../../src/formula/algebra.ts';
import { readFormula } from '../../src/formula/readFormula.ts';
import { trace } from '../../src/graph/trace.ts';
import { activationNames } from '../../src/modules/activations.ts';
import { applyModule } from '../../src/modules/apply.ts';
import { defineModule, type Module } from '../../src/modules/contract.ts';
import { dense } from '../../src/modules/dense.ts';
import { nac } from '../../src/modules/nac.ts';
import { nacMul } from '../../src/modules/nacMul.ts';
import { nalu } from '../../src/modules/nalu.ts';
import { sequential } from '../../src/modules/sequential.ts';
import { listParams, unflatten } from '../../src/modules/tree.ts';
import { constantInit } from '../../src/random/initialisers.ts';
import { randomUniform, constant } from '../../src/tensor/tensor.ts';

type Numbers = readonly number[];

/** Ŵ and M̂ of weights close to the given ones: tanh(Ŵ)·σ(M̂) with σ(20) ≈ 1. */
const hats = (weights: Numbers, m: number = 20): { wHat: Numbers; mHat: Numbers } => {
  const sigmoid = 1 / (1 + Math.exp(-m));
  return {
    wHat: weights.map((w) => Math.atanh(Math.sign(w) * Math.min(Math.abs(w) / sigmoid, 0.99999))),
    mHat: weights.map(() => m),
  };
};

const withParameters = (module: Module, values: Readonly<Record<string, Numbers>>) => ({
  module,
  parameters: new Map(
    listParams(module.params).map(({ path, spec }) => [path, { shape: spec.shape, data: Float64Array.from(values[path]!) }]),
  ),
});

const nacWith = (weights: Numbers, outputs: number = 1) =>
  withParameters(nac({ inputs: weights.length / outputs, outputs }), hats(weights));
const mulWith = (weights: Numbers) => withParameters(nacMul({ inputs: weights.length }), hats(weights));

const grid = (from: number, to: number): number[][] => {
  const points = [0, 0.25, 0.5, 0.75, 1].map((t) => from + t * (to - from));
  return points.flatMap((a) => points.map((b) => [a, b + 0.1]));
};
const positive = grid(1, 5);
const mixed = grid(-5, 5);
const inputNames = ['a', 'b'];

const targets = (rows: readonly Numbers[], f: (a: number, b: number) => number): number[][] => rows.map(([a, b]) => [f(a!, b!)]);

describe('a NAC', () => {
  it('stands for a sum', () => {
    const formula = readFormula(
      nacWith([0.9999, -0.9999]),
      mixed,
      targets(mixed, (a, b) => a - b),
      { inputNames },
    );
    expect(formula.text).toBe('a - b');
    expect(formula.latex).toBe('a - b');
    expect(formula.shown).toBe('rounded');
    expect(formula.rounded).toMatchObject({
      holds: true,
      method: 'whole weights',
      errors: { mse: 0, relative: 0, maxRelative: 0 },
    });
    expect(formula.evaluate([7, 10])).toEqual([-3]);
    expect(formula.exact!.evaluate([1, 0])[0]).toBeCloseTo(0.9999, 4);
    expect(formula.weights.map(({ path, nearest }) => [path, nearest])).toEqual([
      ['weights[0, 0]', 1],
      ['weights[1, 0]', -1],
    ]);
    expect(formula.sparsityError).toBeCloseTo(Math.max(...formula.weights.map(({ value }) => 1 - Math.abs(value))), 12);
    expect(formula.gates).toEqual([]);
  });

  it('is not rounded to a wish: the error stands with the formula', () => {
    const formula = readFormula(
      nacWith([0.8, 0.3]),
      mixed,
      targets(mixed, (a, b) => 0.75 * a + 0.35 * b),
      { inputNames },
    );
    expect(formula.rounded!.holds).toBe(false);
    expect(formula.rounded!.errors.relative).toBeGreaterThan(0.01);
    expect(formula.text).toMatch(/^≈ 0\.8·a \+ 0\.3·b \(typical error: .* % of the spread\)$/);
    expect(formula.sparsityError).toBeCloseTo(0.3, 4);
  });

  it('says so when neither model nor formula fits the data', () => {
    const formula = readFormula(
      nacWith([0.9999, 0.9999]),
      mixed,
      targets(mixed, (a, b) => a * b),
      { inputNames },
    );
    expect(formula.rounded!.holds).toBe(false);
    expect(formula.text).toMatch(/^≈ .*typical error: 1\d\d % of the spread/);
    expect(formula.errors.model.relative).toBeGreaterThan(1);
  });

  it('refuses one name for two inputs', () => {
    const read = () =>
      readFormula(
        nacWith([1, 1]),
        mixed,
        targets(mixed, (a, b) => a + b),
        { inputNames: ['a', 'a'] },
      );
    expect(read).toThrow('Two inputs are named "a". Give every input a name of its own.');
  });

  it('has a line for each output', () => {
    const rows = positive;
    const formula = readFormula(
      nacWith([0.9999, 0.9999, 0.9999, 0], 2),
      rows,
      rows.map(([a, b]) => [a! + b!, a!]),
      { inputNames, outputNames: ['sum', 'first'] },
    );
    expect(formula.text).toBe('sum = a + b\nfirst = a');
    expect(formula.latex).toBe('\\begin{aligned}\\text{sum} &= a + b \\\\ \\text{first} &= a\\end{aligned}');
    expect(formula.evaluate([2, 3])).toEqual([5, 2]);
  });
});

describe('a product with a constant, its inputs in units of their own', () => {
  /** y = 3·(a/300)^1.01·(b/0.02)^−0.98: written out, the unrounded constant is 3·300^−1.01·0.02^0.98. */
  const law = withParameters(
    defineModule({
      name: 'law',
      paper: 'none',
      inputs: 2,
      outputs: 1,
      params: {
        units: { shape: [2], init: constantInit(1), frozen: true },
        exponents: { shape: [2, 1], init: constantInit(1) },
        scale: { shape: [1], init: constantInit(1) },
      },
      apply: (p, x) => x.abs().div(p.units).add(1e-9).log().matmul(p.exponents).exp().mul(p.scale),
      form: (p) => ({ kind: 'product', weights: p.exponents, epsilon: 1e-9, scale: p.scale, units: p.units }),
    }),
    { units: [300, 0.02], exponents: [1.01, -0.98], scale: [3] },
  );
  const rows = grid(0, 1).map(([a, b]) => [250 + 100 * a!, 0.015 + 0.01 * b!]);
  const formula = readFormula(
    law,
    rows,
    targets(rows, (a, b) => (3 * (a / 300)) / (b / 0.02)),
    { inputNames, digits: 6 },
  );

  it('has its exponents rounded around these units, so that the constant needs no correction', () => {
    expect(formula.rounded).toMatchObject({ holds: true, method: 'whole weights' });
    expect(formula.text).toBe('2e-4·a/b');
    expect(formula.evaluate([300, 0.02])[0]).toBeCloseTo(3, 12);
  });

  it('computes what the module computes', () => {
    expect(formula.exact!.evaluate([400, 0.01])[0]).toBeCloseTo(3 * (4 / 3) ** 1.01 * 2 ** 0.98, 6);
    expect(formula.weights.map(({ value }) => value)).toEqual([1.01, -0.98]);
  });

  it('has no more digits in its constant than noisy data support', () => {
    // 8.309·0.02/300 is 5.539e-4; on data with 1 % noise three digits serve as well as four.
    const of = (scale: number) => ({
      ...law,
      parameters: new Map(law.parameters).set('scale', { shape: [1], data: Float64Array.of(scale) }),
    });
    const noisy = targets(rows, (a, b) => (8.3 * (a / 300)) / (b / 0.02)).map(([y], i) => [
      y! * (1 + (i % 2 === 0 ? 0.01 : -0.01)),
    ]);
    const read = (scale: number, digits: number) => readFormula(of(scale), rows, noisy, { inputNames, digits }).rounded!;
    expect(read(8.309, 4)).toMatchObject({ holds: false, text: '5.54e-4·a/b' });
    expect(read(8.309, 1).text).toBe('6e-4·a/b');
    // Where fewer digits come nearer than the weights do, the formula holds after all.
    const exact = targets(rows, (a, b) => (3 * (a / 300)) / (b / 0.02));
    const nearly = readFormula(of(3.0002), rows, exact, { inputNames, digits: 6, tolerance: 1e-5 });
    expect(nearly).toMatchObject({ text: '2e-4·a/b', rounded: { holds: true } });
  });

  it('reads halves beyond 1 the same way', () => {
    const steep = {
      ...law,
      parameters: new Map(law.parameters).set('exponents', { shape: [2, 1], data: Float64Array.of(2.51, -0.49) }),
    };
    const y = targets(rows, (a, b) => (3 * (a / 300) ** 2.5) / (b / 0.02) ** 0.5);
    const { rounded } = readFormula(steep, rows, y, { inputNames });
    expect(rounded).toMatchObject({ holds: true, method: 'exponents' });
    expect(rounded!.evaluate([300, 0.02])[0]).toBeCloseTo(3, 3);
  });
});

describe('a NAC•', () => {
  it('stands for a quotient, without bars where the data are positive', () => {
    const formula = readFormula(
      mulWith([0.9997, -0.9997]),
      positive,
      targets(positive, (a, b) => a / b),
      { inputNames },
    );
    expect(formula.text).toBe('a/b');
    expect(formula.latex).toBe('\\frac{a}{b}');
    expect(formula.exact!.text).toMatch(/^\(a \+ 1e-6\)\^0\.99\d+\/\(b \+ 1e-6\)\^0\.99\d+$/);
  });

  it('keeps the bars where they matter', () => {
    const formula = readFormula(
      mulWith([0.99995, 0.99995]),
      mixed,
      targets(mixed, (a, b) => Math.abs(a * b)),
      { inputNames },
    );
    expect(formula.text).toBe('|a|·|b|');
  });

  it('takes square roots', () => {
    const formula = readFormula(
      mulWith([0.5001, 0]),
      positive,
      targets(positive, (a) => Math.sqrt(a)),
      { inputNames },
    );
    expect(formula).toMatchObject({ text: '√a', rounded: { method: 'half weights', holds: true } });
    expect(formula.sparsityError).toBeCloseTo(0.4999, 4);
  });
});

describe('stacks', () => {
  it('read the same after scaling back and forth between the layers', () => {
    const module = sequential(nac({ inputs: 2, outputs: 2 }), nac({ inputs: 2 }));
    const [first, second] = [hats([0.8, 0, 0, 0.8]), hats([0.8, 0.8])];
    const trained = withParameters(module, {
      '0/wHat': first.wHat,
      '0/mHat': first.mHat,
      '1/wHat': second.wHat,
      '1/mHat': second.mHat,
    });
    const formula = readFormula(
      trained,
      mixed,
      targets(mixed, (a, b) => 0.64 * (a + b)),
      { inputNames },
    );
    expect(formula).toMatchObject({ text: '0.64·a + 0.64·b', rounded: { method: 'exponents', holds: true } });
  });

  it('square with two copies of a number', () => {
    const module = sequential(nac({ inputs: 2, outputs: 2 }), nacMul({ inputs: 2 }));
    const [first, second] = [hats([0.99999, 0.99999, 0, 0]), hats([0.9999, 0.9999])];
    const trained = withParameters(module, {
      '0/wHat': first.wHat,
      '0/mHat': first.mHat,
      '1/wHat': second.wHat,
      '1/mHat': second.mHat,
    });
    const formula = readFormula(
      trained,
      positive,
      targets(positive, (a) => a * a),
      { inputNames },
    );
    expect(formula).toMatchObject({ text: 'a²', rounded: { method: 'whole weights', holds: true } });
    expect(formula.weights.map(({ path }) => path)).toContain('0/weights[1, 0]');
  });

  it('are simple together where each weight alone is not', () => {
    const module = sequential(nacMul({ inputs: 2, outputs: 2, epsilon: 1e-9 }), nacMul({ inputs: 2, epsilon: 1e-9 }));
    // 0.8·0.95 + 0.8·0.925 = 1.5
    const [first, second] = [hats([0.8, 0.8, 0, 0]), hats([0.95, 0.925])];
    const trained = withParameters(module, {
      '0/wHat': first.wHat,
      '0/mHat': first.mHat,
      '1/wHat': second.wHat,
      '1/mHat': second.mHat,
    });
    const formula = readFormula(
      trained,
      positive,
      targets(positive, (a) => a ** 1.5),
      { inputNames },
    );
    expect(formula).toMatchObject({ text: 'a^1.5', rounded: { method: 'whole formula', holds: true } });
  });
});

describe('a NALU', () => {
  const module = nalu({ inputs: 2, gate: 'free' });
  const [add, multiply] = [hats([0.99999, 0.99999]), hats([0.99999, -0.99999])];
  const parameters = {
    'add/wHat': add.wHat,
    'add/mHat': add.mHat,
    'multiply/wHat': multiply.wHat,
    'multiply/mHat': multiply.mHat,
  };
  const quotient = targets(positive, (a, b) => a / b);

  it.each([
    [9, 'sum', 'a + b', targets(positive, (a, b) => a + b)],
    [-9, 'product', 'a/b', quotient],
  ])('reads the path that its gate chose (%d)', (gate, chosen, text, y) => {
    const formula = readFormula(withParameters(module, { ...parameters, gate: [gate] }), positive, y, { inputNames });
    expect(formula.text).toBe(text);
    expect(formula.gates).toMatchObject([{ path: '[0]', chosen, share: gate > 0 ? 1 : 0 }]);
    expect(formula.weights.map(({ path }) => path)).toEqual(['add[0, 0]', 'add[1, 0]', 'multiply[0, 0]', 'multiply[1, 0]']);
  });

  it('reads every output by its own gate', () => {
    const both = (matrix: Numbers): { wHat: Numbers; mHat: Numbers } => hats(matrix.flatMap((w) => [w, w]));
    const [sums, products] = [both([0.99999, 0.99999]), both([0.99999, -0.99999])];
    const two = withParameters(nalu({ inputs: 2, outputs: 2, gate: 'free' }), {
      'add/wHat': sums.wHat,
      'add/mHat': sums.mHat,
      'multiply/wHat': products.wHat,
      'multiply/mHat': products.mHat,
      gate: [9, -9],
    });
    const y = positive.map(([a, b]) => [a! + b!, a! / b!]);
    const formula = readFormula(two, positive, y, { inputNames });
    expect(formula.gates).toMatchObject([{ chosen: 'sum' }, { chosen: 'product' }]);
    expect(formula.rounded!.text).toContain('a + b');
    expect(formula.rounded!.text).toContain('a/b');
    expect(formula.rounded!.holds).toBe(true);
  });

  it('says that a gate did not decide, and does not pretend', () => {
    const formula = readFormula(withParameters(module, { ...parameters, gate: [0.4] }), positive, quotient, { inputNames });
    expect(formula.gates[0]!.chosen).toBe('undecided');
    expect(formula.gates[0]!.mean).toBeCloseTo(1 / (1 + Math.exp(-0.4)), 12);
    expect(formula.rounded!.holds).toBe(false);
    expect(formula.text.startsWith('≈')).toBe(true);
  });

  it('counts the rows when the gate depends on them, and weights shared by both paths once', () => {
    const shared = nalu({ inputs: 2, weights: 'shared' });
    const formula = readFormula(
      withParameters(shared, { ...hats([0.9999, 0.9999]), gate: [100, 0] }),
      mixed,
      targets(mixed, (a, b) => (a > 0 ? a + b : 0)),
      { inputNames },
    );
    const above = mixed.filter(([a]) => a! > 0).length / mixed.length;
    expect(formula.gates[0]!.share).toBeCloseTo(above, 12);
    expect(formula.weights).toHaveLength(2);
  });
});

it('what is shown has the error that stands beside it, with as many digits as that takes', () => {
  const trained = withParameters(dense({ inputs: 1 }), { weight: [12.3456], bias: [-24680.5] });
  const years = Array.from({ length: 20 }, (_, i) => [2000 + i]);
  const y = years.map(([year]) => [12.3456 * year! - 24680.5]);
  const { text } = readFormula(trained, years, y, { inputNames: ['year'] });
  const [, factor, offset] = /^(?:≈ )?([\d.]+)·year - ([\d.]+)/.exec(text)!;
  for (const [i, [year]] of years.entries()) expect(Number(factor) * year! - Number(offset)).toBeCloseTo(y[i]![0]!, 1);
});

describe('any module', () => {
  const slots = (module: Module): number =>
    listParams(module.params).reduce((total, { spec }) => total + spec.shape.reduce((size, length) => size * length, 1), 0);
  const fill = (module: Module, values: Numbers) => {
    let next = 0;
    return withParameters(
      module,
      Object.fromEntries(
        listParams(module.params).map(({ path, spec }) => [
          path,
          values.slice(next, (next += spec.shape.reduce((size, length) => size * length, 1))),
        ]),
      ),
    );
  };
  const forward = ({ module, parameters }: ReturnType<typeof fill>, rows: readonly Numbers[]): number[] => {
    const params = listParams(module.params);
    const graph = trace(
      [
        ...params.map(({ path, spec }) => ({ name: path, shape: spec.shape })),
        { name: 'x', shape: [rows.length, module.inputs] },
      ],
      (...tensors) => [applyModule(module, unflatten(module.params, tensors.slice(0, -1)), tensors.at(-1)!)],
    );
    return [...interpret(graph, [...params.map(({ path }) => parameters.get(path)!.data), Float64Array.from(rows.flat())])[0]!];
  };

  const modules: readonly (readonly [string, Module])[] = [
    ['nac', nac({ inputs: 2, outputs: 2 })],
    ['nacMul', nacMul({ inputs: 2 })],
    ['nalu, shared', nalu({ inputs: 2, weights: 'shared' })],
    ['nalu, separate, free gate', nalu({ inputs: 2, gate: 'free' })],
    ['nac, nacMul', sequential(nac({ inputs: 2, outputs: 2 }), nacMul({ inputs: 2 }))],
    ...activationNames.map(
      (activation) =>
        [`dense ${activation}`, sequential(dense({ inputs: 2, outputs: 3, activation }), dense({ inputs: 3 }))] as const,
    ),
  ];

  it.each(modules)('has an exact formula that computes what the network computes: %s', (_, module) => {
    const count = slots(module);
    fc.assert(
      fc.property(fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: count, maxLength: count }), (values) => {
        const trained = fill(module, values);
        const wanted = forward(trained, mixed);
        const { exact } = readFormula(
          trained,
          mixed,
          { data: Float64Array.from(wanted), shape: [mixed.length, module.outputs] },
          { inputNames },
        );
        const found = mixed.flatMap((row) => exact!.evaluate(row));
        found.forEach((value, i) => expect(Math.abs(value - wanted[i]!)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(wanted[i]!))));
        expect(exact!.errors.mse).toBeLessThan(1e-12 * (1 + Math.max(...wanted.map(Math.abs)) ** 2));
      }),
      { numRuns: 5 },
    );
  });

  it('reads a module that somebody else wrote, with reshapes, slices and sums', () => {
    const module = defineModule({
      name: 'odd',
      paper: 'none',
      inputs: 2,
      outputs: 1,
      params: { w: { shape: [2], init: constantInit(1) } },
      apply: ({ w }, x) => {
        const swapped = x.transpose([1, 0]).reshape([2, x.shape[0]!]).transpose([1, 0]).pad([0, 0], [0, 1], 3);
        return swapped
          .mul(w.reshape([1, 2]).pad([0, 0], [0, 1], 1))
          .sum(1, { keepDims: true })
          .sub(x.slice([0, 0], [x.shape[0]!, 1]).prod(1, { keepDims: true }));
      },
    }) as Module;
    const formula = readFormula(
      withParameters(module, { w: [2, -1] }),
      mixed,
      targets(mixed, (a, b) => a - b + 3),
      { inputNames },
    );
    expect(formula.exact!.text).toBe('a - b + 3');
    expect(formula.rounded).toBeUndefined();
    expect(formula.text).toBe('≈ a - b + 3 (typical error: 0 % of the spread)');
  });

  it('says why there is no formula when a module uses random numbers', () => {
    const module = defineModule({
      name: 'dice',
      paper: 'none',
      inputs: 2,
      outputs: 1,
      params: {},
      apply: (_, x) => randomUniform(constant([1, 2]), [x.shape[0]!, 1]),
    }) as Module;
    const formula = readFormula(
      { module, parameters: new Map() },
      mixed,
      targets(mixed, (a) => a),
    );
    expect(formula).toMatchObject({
      shown: 'none',
      text: 'no short formula: a network "dice" with 0 parameters; its op "randomUniform" has no formula',
    });
    expect(formula.exact).toBeUndefined();
    expect(formula.evaluate([1, 2])[0]).toBeGreaterThanOrEqual(0);
  });

  it('describes a network that is too large to write out', () => {
    const module = sequential(
      dense({ inputs: 2, outputs: 16, activation: 'tanh' }),
      dense({ inputs: 16, outputs: 16, activation: 'tanh' }),
      dense({ inputs: 16 }),
    );
    const trained = fill(
      module,
      Array.from({ length: slots(module) }, (_, i) => Math.sin(i)),
    );
    const formula = readFormula(
      trained,
      mixed,
      targets(mixed, (a) => a),
    );
    expect(formula.text).toMatch(
      /^no short formula: a network "sequential" with 337 parameters; written out, it would take [\d,]+ terms$/,
    );
    expect(formula.evaluate(mixed[3]!)[0]).toBeCloseTo(forward(trained, [mixed[3]!])[0]!, 12);
    const huge = dense({ inputs: 300, outputs: 300 });
    const rows = [Array.from({ length: 300 }, (_, i) => i)];
    expect(
      readFormula(
        fill(
          huge,
          Array.from({ length: slots(huge) }, () => 1),
        ),
        rows,
        rows,
      ).text,
    ).toMatch(/it would take [\d,]+ terms$/);
  });
});

describe('the caller', () => {
  it('gives names for all columns', () => {
    expect(() =>
      readFormula(
        nacWith([1, 1]),
        mixed,
        targets(mixed, (a) => a),
        { inputNames: ['a'] },
      ),
    ).toThrow(ArgumentError);
    expect(() =>
      readFormula(
        nacWith([1, 1]),
        mixed,
        targets(mixed, (a) => a),
        { outputNames: ['y', 'z'] },
      ),
    ).toThrow(/1 output, but 2 names were given/);
  });

  it('gives data that fit', () => {
    expect(() => readFormula(nacWith([1, 1]), [[1, 2, 3]], [[1]])).toThrow(DataError);
    expect(() => readFormula(nacWith([1, 1]), [[1, 2]], [[1]], { predictions: [1, 2] })).toThrow(
      /2 predictions, but y has 1 values/,
    );
  });

  it('may give the predictions of its backend', () => {
    const y = targets(mixed, (a, b) => a + b);
    const formula = readFormula(nacWith([0.9999, 0.9999]), mixed, y, { predictions: y.map(([value]) => [value! + 2]) });
    expect(formula.errors.model.mse).toBeCloseTo(4, 12);
    expect(formula.text).toBe('x1 + x2');
  });

  it('decides how large an error may be', () => {
    const y = targets(mixed, (a, b) => a + b + 0.01 * Math.sin(a));
    expect(readFormula(nacWith([0.9999, 0.9999]), mixed, y, { tolerance: 1e-4 }).rounded!.holds).toBe(false);
    expect(readFormula(nacWith([0.9999, 0.9999]), mixed, y, { tolerance: 1e-2 }).rounded!.holds).toBe(true);
  });
});

it('algebras are independent of each other', () => {
  expect(createAlgebra().number(1)).not.toBe(createAlgebra().number(1));
});
