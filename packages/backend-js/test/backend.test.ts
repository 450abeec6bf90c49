import { ArgumentError, gradients, scan, type Backend, type Tensor } from '@nalu/core';
import { interpret, trace, vectorize, type FloatArray, type Graph } from '@nalu/core/graph';
import { createBackend } from '@nalu/backend-js';
import { generate } from '../src/loops/program.ts';
import { describe, expect, it } from 'vitest';
import { expectSameBits } from './bits.ts';

const uniform = (count: number, low: number, high: number, seed: number): Float32Array => {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (state * 16807) % 2147483647;
    return low + ((high - low) * state) / 2147483647;
  });
};

const run = async (backend: Backend, graph: Graph, inputs: readonly FloatArray[]): Promise<FloatArray[]> => {
  const executable = await backend.compile(graph);
  const shapes = graph.inputs.map((id, i) =>
    graph.population?.mapped[i] ? [graph.population.members, ...graph.nodes[id]!.shape] : graph.nodes[id]!.shape,
  );
  const buffers = inputs.map((input, i) => backend.upload(input, shapes[i]!));
  const outputs = executable.run(buffers);
  const arrays = await backend.read(...outputs);
  for (const buffer of [...buffers, ...outputs]) backend.free(buffer);
  executable.dispose();
  return arrays;
};

/** One step of gradient descent with momentum on NALU 2→1: parameters, moments, and the loss. */
const trainingStep = (x: Tensor, y: Tensor, [wHat, mHat, g, v]: readonly Tensor[]): readonly Tensor[] => {
  const w = wHat!.tanh().mul(mHat!.sigmoid());
  const gate = x.matmul(g!).sigmoid();
  const product = x.abs().add(1e-6).log().matmul(w).exp();
  const prediction = gate.mul(x.matmul(w)).add(gate.neg().add(1).mul(product));
  const loss = prediction.sub(y).square().mean();
  const [dw, dm, dg] = gradients(loss, [wHat!, mHat!, g!]);
  const moment = v!.mul(0.9).add(dw!);
  return [wHat!.sub(moment.mul(0.01)), mHat!.sub(dm!.mul(0.01)), g!.sub(dg!.mul(0.01)), moment, loss];
};

const ROWS = 40;
const parameterSpecs = ['wHat', 'mHat', 'g', 'v'].map((name) => ({ name, shape: [2, 1] }));
const specs = [{ name: 'x', shape: [ROWS, 2] }, { name: 'y', shape: [ROWS, 1] }, ...parameterSpecs];

const trainingGraph = (steps: number, keepEvery: number = 1): Graph =>
  trace(specs, (x, y, ...carry) => {
    const result = scan({ length: steps, carry, keepEvery }, (current) => {
      const next = trainingStep(x, y, current);
      return { carry: next.slice(0, 4), ys: next.slice(4) };
    });
    return [...result.carry, ...result.ys];
  });

const trainingInputs = (seed: number): Float32Array[] => {
  const x = uniform(2 * ROWS, 0.5, 3, seed);
  return [
    x,
    Float32Array.from({ length: ROWS }, (_, i) => x[2 * i]! * x[2 * i + 1]!),
    uniform(2, -2, 2, seed + 1),
    uniform(2, -2, 2, seed + 2),
    uniform(2, -1, 1, seed + 3),
    new Float32Array(2),
  ];
};

describe('a training loop', () => {
  it('is one native scan, and equals the interpreter and the unrolled loop bit for bit', async () => {
    const backend = await createBackend();
    const graph = trainingGraph(5);
    const inputs = trainingInputs(7);
    const looped = await run(backend, graph, inputs);
    interpret(graph, inputs, { precision: 'f32' }).forEach((expected, i) => expectSameBits(looped[i]!, expected, `output ${i}`));
    const unrolled = trace(specs, (x, y, ...carry) => {
      let current: readonly Tensor[] = carry;
      for (let step = 0; step < 5; step++) current = trainingStep(x, y, current).slice(0, 4);
      return current;
    });
    (await run(backend, unrolled, inputs)).forEach((expected, i) => expectSameBits(looped[i]!, expected, `carry ${i}`));
    expect((await backend.compile(graph)).report.scan).toBe('native');
    await backend.dispose();
  });

  it('gives the same bits in one chunk and in several', async () => {
    const backend = await createBackend();
    const inputs = trainingInputs(11);
    const whole = await run(backend, trainingGraph(12), inputs);
    let parameters = inputs.slice(2);
    const losses: number[] = [];
    for (const steps of [1, 3, 8]) {
      const outputs = await run(backend, trainingGraph(steps), [...inputs.slice(0, 2), ...(parameters as Float32Array[])]);
      parameters = outputs.slice(0, 4) as Float32Array[];
      losses.push(...outputs[4]!);
    }
    parameters.forEach((parameter, i) => expectSameBits(parameter, whole[i]!, `carry ${i}`));
    expectSameBits(Float32Array.from(losses), whole[4]!, 'losses');
    const thinned = await run(backend, trainingGraph(12, 5), inputs);
    expect([...thinned[4]!]).toEqual([losses[4], losses[9]]);
    await backend.dispose();
  });

  it('trains every member of a population as it would alone, and a member that turns NaN changes no other', async () => {
    const backend = await createBackend();
    const members = [1, 2, 3, 4].map((seed) => trainingInputs(100 * seed));
    members[2]![2]!.fill(NaN);
    const shared = members[0]!.slice(0, 1);
    const stacked = [1, 2, 3, 4, 5].map((i) => Float32Array.from(members.flatMap((inputs) => [...inputs[i]!])));
    const graph = vectorize(trainingGraph(6), 4, [false, true, true, true, true, true]);
    const together = await run(backend, graph, [...shared, ...stacked]);
    for (const [member, inputs] of members.entries()) {
      const alone = await run(backend, trainingGraph(6), [...shared, ...inputs.slice(1)]);
      alone.forEach((expected, i) => {
        const own = together[i]!.subarray(member * expected.length, (member + 1) * expected.length);
        expectSameBits(own, expected, `member ${member}, output ${i}`);
        expect(own.every(Number.isFinite)).toBe(member !== 2);
      });
    }
    await backend.dispose();
  });
});

it('returns to its memory after use, and disposes of what is left', async () => {
  const backend = await createBackend();
  const before = backend.memory();
  const executable = await backend.compile(trainingGraph(3));
  const inputs = trainingInputs(3).map((input, i) => backend.upload(input, specs[i]!.shape));
  const after = backend.memory();
  for (let i = 0; i < 50; i++) executable.run(inputs).forEach((buffer) => backend.free(buffer));
  expect(backend.memory()).toEqual(after);
  expect(after.working).toBeGreaterThan(0);
  expect(executable.report.memory.working).toBe(after.working);
  executable.dispose();
  inputs.forEach((buffer) => backend.free(buffer));
  expect(backend.memory()).toEqual(before);
  await backend.dispose();
});

it('predicts its memory: inputs, outputs and the largest intermediate values at one time', async () => {
  const backend = await createBackend();
  const graph = trace([{ name: 'x', shape: [100, 50] }], (x) => {
    const exp = x.exp();
    return [exp.div(exp.sum(0, { keepDims: true })).sum(1)];
  });
  const { report } = await backend.compile(graph);
  // exp [100, 50] and its sums [50] live together; the division and the second sum share a loop.
  expect(report.memory).toMatchObject({ inputs: 4 * 5000, outputs: 4 * 100 });
  expect(report.memory.working).toBeGreaterThanOrEqual(4 * 5050);
  expect(report.memory.peak).toBe(report.memory.inputs + report.memory.outputs + report.memory.working);
  await backend.dispose();
});

it('says in its report that loops are fused, and what was fused', async () => {
  const backend = await createBackend();
  const graph = trace(
    [
      { name: 'x', shape: [128, 2] },
      { name: 'w', shape: [2, 1] },
    ],
    (x, w) => [x.matmul(w.tanh()).square().mean()],
  );
  const { report } = await backend.compile(graph);
  expect(report.steps.map(({ ops, path }) => [ops.join(' '), path])).toEqual([
    ['tanh', 'fused'],
    ['matmul mul sum', 'fused'],
    ['div', 'fused'],
  ]);
  await backend.dispose();
});

it('splits a program that is too long for one function, and computes the same', async () => {
  const backend = await createBackend();
  const graph = trace([{ name: 'x', shape: [4, 4] }], (x) => {
    let y = x;
    for (let i = 0; i < 300; i++) y = y.mul(0.9).add(x.matmul(y.transpose()).tanh()).sub(y.mean());
    return [y];
  });
  const inputs = [uniform(16, -1, 1, 5)];
  const [actual] = await run(backend, graph, inputs);
  expectSameBits(actual!, interpret(graph, inputs, { precision: 'f32' })[0]!, 'output');
  expect(actual!.every(Number.isFinite)).toBe(true);
  await backend.dispose();
});

it('makes the same code for loops of different lengths, so that they share what the engine has optimised', () => {
  const [short, long] = [5, 500].map((steps) => generate(trainingGraph(steps), 'f32').source);
  expect(short!.code).toBe(long!.code);
  expect([short!.lengths, long!.lengths]).toEqual([[5], [500]]);
});

it('rejects an unknown mode', async () => {
  await expect(createBackend({ mode: 'fast' as 'fused' })).rejects.toThrow(ArgumentError);
});
