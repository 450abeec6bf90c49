import { describe, expect, test } from 'vitest';
import { interpret, trace } from '../../src/graph.ts';
import { readFormula } from '../../src/formula/readFormula.ts';
import { applyModule } from '../../src/modules/apply.ts';
import { arithmeticCell, type Cell } from '../../src/modules/cell.ts';
import type { AnyValues, ApplyContext, Module } from '../../src/modules/contract.ts';
import { dense } from '../../src/modules/dense.ts';
import { inalu } from '../../src/modules/inalu.ts';
import { lstmCell } from '../../src/modules/lstm.ts';
import { nac } from '../../src/modules/nac.ts';
import { nalu } from '../../src/modules/nalu.ts';
import { nau } from '../../src/modules/nau.ts';
import { nmu } from '../../src/modules/nmu.ts';
import { perStep, recurrent } from '../../src/modules/recurrent.ts';
import { rnnCell } from '../../src/modules/rnn.ts';
import { sequential } from '../../src/modules/sequential.ts';
import { snapParameters } from '../../src/modules/snap.ts';
import { listParams, unflatten } from '../../src/modules/tree.ts';
import { constrainedWeights } from '../../src/modules/weights.ts';
import { sizeOf } from '../../src/tensor/shape.ts';
import { constant, type Tensor } from '../../src/tensor/tensor.ts';
import { drawnTask } from '../../src/training/batches.ts';
import { mse } from '../../src/training/losses.ts';
import { createModel } from '../../src/training/model.ts';
import { adam } from '../../src/training/optimisers.ts';
import { sparsity } from '../../src/training/regularisers.ts';
import { createTrainer } from '../../src/training/trainer.ts';
import { gradients } from '../../src/transform/grad.ts';
import { referenceBackend } from '../support.ts';

const numbers = (count: number, seed: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => 0.4 * Math.sin(12.9898 * (i + 1) + 78.233 * seed));

const trainingContext = (): ApplyContext => {
  const kept = new Map<Tensor, Tensor[]>();
  return {
    training: true,
    step: constant(0),
    uniform: (shape) => constant(0).broadcastTo(shape),
    remember: (parameter, value) => void kept.set(parameter, [...(kept.get(parameter) ?? []), value]),
    remembered: (parameter) => kept.get(parameter) ?? [],
  };
};

const evaluate = (module: Module, x: Float64Array, rows: number, training: boolean): readonly number[] => {
  const params = listParams(module.params);
  const graph = trace(
    [...params.map(({ path, spec }) => ({ name: path, shape: spec.shape })), { name: 'x', shape: [rows, module.inputs] }],
    (...tensors) => [
      applyModule(
        module,
        unflatten(module.params, tensors.slice(0, -1)),
        tensors.at(-1)!,
        training ? trainingContext() : { training },
      ),
    ],
  );
  return Array.from(interpret(graph, [...params.map(({ spec }, i) => numbers(sizeOf(spec.shape), i)), x])[0]!);
};

const cells: Readonly<Record<string, Cell>> = {
  rnn: rnnCell({ inputs: 2, hidden: 3 }),
  lstm: lstmCell({ inputs: 2, hidden: 3, forgetBias: 1 }),
  nau: arithmeticCell(nau({ inputs: 5, outputs: 3 })),
  nmu: arithmeticCell(nmu({ inputs: 5, outputs: 3 })),
  nalu: arithmeticCell(nalu({ inputs: 5, outputs: 3 })),
  inalu: arithmeticCell(inalu({ inputs: 5, outputs: 3 }), 1),
};

const ROWS = 2;

describe.each(Object.entries(cells))('%s', (_, cell) => {
  const steps = 40;
  const x = numbers(ROWS * steps * 2, 50);

  test.each([false, true])('a loop computes what the steps one after the other do; learned start: %s', (learnedStart) => {
    for (const outputs of ['last', 'all'] as const) {
      const module = recurrent({ cell, steps, outputs, learnedStart });
      const loop = evaluate(module, x, ROWS, false);
      const written = evaluate(module, x, ROWS, true);
      expect(loop).toHaveLength(ROWS * module.outputs);
      loop.forEach((value, i) => expect(value).toBeCloseTo(written[i]!, 12));
    }
  });

  test('all outputs begin with those of a shorter sequence, and end with the last', () => {
    const all = evaluate(recurrent({ cell, steps, outputs: 'all' }), x, ROWS, false);
    const last = evaluate(recurrent({ cell, steps }), x, ROWS, false);
    const half = Float64Array.from([0, 1].flatMap((row) => [...x.subarray(row * steps * 2, row * steps * 2 + steps)]));
    const short = evaluate(recurrent({ cell, steps: steps / 2, outputs: 'all' }), half, ROWS, false);
    for (let row = 0; row < ROWS; row++) {
      const own = all.slice(row * steps * 3, (row + 1) * steps * 3);
      expect(own.slice(-3)).toEqual(last.slice(3 * row, 3 * row + 3));
      own.slice(0, (steps / 2) * 3).forEach((value, i) => expect(value).toBeCloseTo(short[(row * steps * 3) / 2 + i]!, 12));
    }
  });
});

test('products start from 1, sums from 0, a learned start from the same', () => {
  const started = (cell: Cell) =>
    listParams(recurrent({ cell, steps: 2, learnedStart: true }).params)
      .filter(({ path }) => path.startsWith('start/'))
      .map(({ spec }) => [...spec.init.values(spec.shape, { seed: 1, member: 0, stream: 0 })]);
  expect(started(cells['nmu']!)).toEqual([[1, 1, 1]]);
  expect(started(cells['nau']!)).toEqual([[0, 0, 0]]);
  expect(started(cells['inalu']!)).toEqual([[1, 1, 1]]);
  expect(started(cells['lstm']!)).toEqual([
    [0, 0, 0],
    [0, 0, 0],
  ]);
  expect(() => recurrent({ cell: cells['nmu']!, steps: 0 })).toThrow('steps must be a whole number of at least 1');
});

test('an accumulator that was trained on short sequences adds up long ones, and is read and snapped', async () => {
  const backend = referenceBackend();
  const cell = arithmeticCell(nau({ inputs: 2 }));
  const trainer = createTrainer({
    backend,
    module: recurrent({ cell, steps: 4 }),
    loss: mse(),
    optimiser: adam({ learningRate: 0.02 }),
    regularisers: [sparsity(0.01)],
    seed: 3,
    source: drawnTask(({ uniform }) => {
      const x = uniform([8, 4]).add(1);
      return { x, y: x.sum(1, { keepDims: true }) };
    }),
  });
  await trainer.run(300);
  const found = await trainer.parameters();
  trainer.dispose();
  const parameters = new Map([...found].map(([path, { shape, data }]) => [path, { shape: shape.slice(1), data }]));
  const formula = readFormula({ module: recurrent({ cell, steps: 4 }), parameters }, [[1, 2, 3, 5]], [[11]]);
  expect(Math.abs(formula.evaluate([2, 2, 2, 2])[0]! - 8)).toBeLessThan(0.1);
  const long = recurrent({ cell, steps: 100 });
  const model = createModel({ module: long, backend, parameters: snapParameters(long, parameters) });
  const row = Array.from({ length: 100 }, (_, i) => i);
  expect([...(await model.predict([row])).data]).toEqual([4950]);
  model.dispose();
});

test('one module for every step sees the numbers of its own step', () => {
  const module = sequential(perStep(dense({ inputs: 2, outputs: 1 }), 3), nac({ inputs: 3 }));
  const x = numbers(ROWS * 6, 1);
  const shared = perStep(dense({ inputs: 2, outputs: 1 }), 3);
  expect(module.inputs).toBe(6);
  const together = evaluate(shared, x, ROWS, false);
  const apart = evaluate(dense({ inputs: 2, outputs: 1 }), x, ROWS * 3, false);
  expect(together).toEqual(apart);
  expect(() => perStep(nac({ inputs: 2 }), 1.5)).toThrow('steps must be a whole number of at least 1');
});

test('weights are found inside recurrent and repeated modules, for regularisers', () => {
  const module = sequential(
    perStep(sequential(dense({ inputs: 2, outputs: 2 }), nau({ inputs: 2 })), 3),
    recurrent({ cell: arithmeticCell(nmu({ inputs: 2 })), steps: 3 }),
  );
  let found: readonly unknown[] = [];
  trace(
    listParams(module.params).map(({ path, spec }) => ({ name: path, shape: spec.shape })),
    (...tensors) => {
      found = constrainedWeights(module, unflatten(module.params, tensors)).map(({ path, free }) => [path, free]);
      return [tensors[0]!];
    },
  );
  expect(found).toEqual([
    ['0/0/weights', true],
    ['0/1/weights', false],
    ['1/cell/weights', false],
  ]);
});

describe('R_z', () => {
  /** The penalty after a training pass, and its derivative by x. */
  const penalty = (module: Module, weight: readonly number[], x: Float64Array): readonly (readonly number[])[] => {
    const { path, spec } = listParams(module.params)[0]!;
    const graph = trace(
      [
        { name: path, shape: spec.shape },
        { name: 'x', shape: [ROWS, module.inputs] },
      ],
      (w, input) => {
        const context = trainingContext();
        const p: AnyValues<Tensor> = unflatten(module.params, [w!]);
        applyModule(module, p, input!, context);
        const value = module.penalty!(p, context);
        return [value, ...gradients(value, [input!])];
      },
    );
    return interpret(graph, [Float64Array.from(weight), x]).map((values) => Array.from(values));
  };
  const x = Float64Array.of(1, 2, 3, 6);

  test('of a NAU is mean((1 − |W|)·z̄²), of an NMU mean((1 − W)·(1 − z̄)²)', () => {
    // z̄ is [2, 4].
    const [sum, slopes] = penalty(nau({ inputs: 2, irrelevance: 3 }), [-0.5, 0.25], x);
    expect(sum![0]).toBeCloseTo((3 * (0.5 * 4 + 0.75 * 16)) / 2, 12);
    expect(slopes![0]).toBeCloseTo((3 * 0.5 * 2 * 2) / 2 / ROWS, 12);
    const [product] = penalty(nmu({ inputs: 2, irrelevance: 3 }), [0.5, 0.25], x);
    expect(product![0]).toBeCloseTo((3 * (0.5 * 1 + 0.75 * 9)) / 2, 12);
  });

  test('takes the mean over time in recurrent use', () => {
    // With weights [0, 1] the state stays 1, so the inputs of the steps are [1, 1] and [2, 1], [3, 1] and [6, 1].
    const module = recurrent({ cell: arithmeticCell(nmu({ inputs: 2, irrelevance: 2 })), steps: 2 });
    const [value] = penalty(module, [0, 1], x);
    expect(value![0]).toBeCloseTo((2 * (1 * (1 - 3) ** 2)) / 2, 12);
  });

  test('is nothing outside training', () => {
    const module = nau({ inputs: 1, irrelevance: 1 });
    const graph = trace([{ name: 'w', shape: [1, 1] }], (weight) => [module.penalty!({ weight: weight! }, { training: false })]);
    expect([...interpret(graph, [Float64Array.of(0.5)])[0]!]).toEqual([0]);
  });
});
