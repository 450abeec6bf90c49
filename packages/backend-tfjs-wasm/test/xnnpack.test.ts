import { gradients, scan, type Backend, type Tensor } from '@nalu/core';
import { inputShape, interpret, sizeOf, trace, type FloatArray, type Graph, type MatmulSizes } from '@nalu/core/graph';
import { createBackend } from '@nalu/backend-tfjs-wasm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

/** XNNPACK's products are the same from 8192 multiplications on as from where it takes them, and tests of them much faster. */
vi.mock('../src/loops/crossover.ts', () => ({
  usesLibrary: ({ m, n, k }: MatmulSizes): boolean => m * n * k >= 8192 && Math.min(m, n, k) >= 4,
}));

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend();
});
afterAll(() => backend.dispose());

const wave = (count: number, scale: number, phase: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => scale * Math.sin(1.7 * i + phase + 0.001 * i * i));

const run = async (graph: Graph, inputs: readonly FloatArray[], on: Backend = backend): Promise<FloatArray[]> => {
  const executable = await on.compile(graph);
  const buffers = inputs.map((input, i) => on.upload(input, inputShape(graph, i)));
  const outputs = executable.run(buffers);
  const arrays = await on.read(...outputs);
  for (const buffer of [...buffers, ...outputs]) on.free(buffer);
  executable.dispose();
  return arrays;
};

const matmulGraph = (
  a: readonly number[],
  b: readonly number[],
  options?: { transposeA?: boolean; transposeB?: boolean },
): Graph =>
  trace(
    [
      { name: 'a', shape: a },
      { name: 'b', shape: b },
    ],
    (x, y) => [x.matmul(y, options)],
  );

/** |error| ≤ γₖ·Σ|aᵢbᵢ| of the contract, with the sum of absolute products worked out by the oracle. */
const expectProduct = (graph: Graph, inputs: readonly Float32Array[], actual: FloatArray, k: number): void => {
  const [exact] = interpret(graph, inputs);
  const [scale] = interpret(
    graph,
    inputs.map((input) => input.map(Math.abs)),
  );
  const unit = k * 2 ** -24;
  actual.forEach((value, i) =>
    expect(Math.abs(value - exact![i]!)).toBeLessThanOrEqual((unit / (1 - unit)) * scale![i]! + 1e-30),
  );
};

describe('products by XNNPACK', () => {
  it.each([
    ['plain', [48, 40], [40, 24], {}],
    ['A transposed', [40, 48], [40, 24], { transposeA: true }],
    ['B transposed', [48, 40], [24, 40], { transposeB: true }],
    ['both transposed', [40, 48], [24, 40], { transposeA: true, transposeB: true }],
    ['in batches', [3, 48, 40], [3, 40, 24], {}],
    ['transposed in blocks', [40, 130], [99, 40], { transposeA: true, transposeB: true }],
    ['transposed in blocks and batches', [2, 40, 130], [2, 110, 40], { transposeA: true, transposeB: true }],
  ] as const)('are within the contract of contractions: %s', async (_, a, b, options) => {
    const graph = matmulGraph(a, b, options);
    const inputs = [wave(sizeOf(a), 1, 0), wave(sizeOf(b), 2, 1)];
    const executable = await backend.compile(graph);
    expect(executable.report.steps.at(-1)).toEqual({ ops: ['matmul'], path: 'library' });
    executable.dispose();
    expectProduct(graph, inputs, (await run(graph, inputs))[0]!, 40);
  });

  it('leave small products to the loops', async () => {
    const executable = await backend.compile(matmulGraph([128, 2], [2, 1]));
    expect(executable.report.steps.map(({ path }) => path)).toEqual(['fused']);
    executable.dispose();
  });

  it('see the second operand change: no packed weights are kept from call to call', async () => {
    const graph = trace(
      [
        { name: 'a', shape: [32, 32] },
        { name: 'b', shape: [32, 32] },
      ],
      (a, b) => {
        const { carry, ys } = scan({ length: 3, carry: [b] }, ([c]) => ({ carry: [c!.mul(-2)], ys: [a.matmul(c!)] }));
        return [...ys, ...carry];
      },
    );
    const inputs = [wave(1024, 1, 0), wave(1024, 1, 2)];
    const [products] = await run(graph, inputs);
    const [expected] = interpret(graph, inputs);
    products!.forEach((value, i) => expect(Math.abs(value - expected![i]!)).toBeLessThan(1e-4));
    // The same executable with other values in new buffers, several times over.
    const executable = await backend.compile(matmulGraph([32, 32], [32, 32]));
    for (let round = 0; round < 4; round++) {
      const buffers = [wave(1024, 1, 0), wave(1024, 1, round)].map((values) => backend.upload(values, [32, 32]));
      const outputs = executable.run(buffers);
      const [actual] = await backend.read(outputs[0]!);
      expectProduct(matmulGraph([32, 32], [32, 32]), [wave(1024, 1, 0), wave(1024, 1, round)], actual!, 32);
      [...buffers, ...outputs].forEach((buffer) => backend.free(buffer));
    }
    executable.dispose();
  });

  it('propagate NaN and infinities', async () => {
    const [a, b] = [wave(1024, 1, 0), wave(1024, 1, 2)];
    a[0] = NaN;
    a[33] = Infinity;
    const [result] = await run(matmulGraph([32, 32], [32, 32]), [a, b]);
    expect(result!.subarray(0, 32).every(Number.isNaN)).toBe(true);
    result!.subarray(32, 64).forEach((value, column) => expect(value).toBe(b[32 + column]! > 0 ? Infinity : -Infinity));
    expect(result!.subarray(64).every(Number.isFinite)).toBe(true);
  });
});

/** A gradient step of a NALU layer wide enough for XNNPACK. */
const layerStep = (
  x: Tensor,
  y: Tensor,
  [wHat, mHat, g]: readonly Tensor[],
): { readonly carry: readonly Tensor[]; readonly loss: Tensor } => {
  const w = wHat!.tanh().mul(mHat!.sigmoid());
  const gate = x.matmul(g!).sigmoid();
  const prediction = gate.mul(x.matmul(w)).add(gate.neg().add(1).mul(x.abs().add(1e-6).log().matmul(w).exp()));
  const loss = prediction.sub(y).square().mean();
  const parameters = [wHat!, mHat!, g!];
  return { loss, carry: gradients(loss, parameters).map((d, i) => parameters[i]!.sub(d.mul(0.1))) };
};

it('trains a layer through XNNPACK as the f64 oracle does', async () => {
  const graph = trace(
    [
      { name: 'x', shape: [64, 32] },
      { name: 'y', shape: [64, 16] },
      ...['wHat', 'mHat', 'g'].map((name) => ({ name, shape: [32, 16] })),
    ],
    (x, y, ...carry) => {
      const result = scan({ length: 4, carry }, (current) => {
        const { carry: next, loss } = layerStep(x, y, current);
        return { carry: next, ys: [loss] };
      });
      return [...result.ys, ...result.carry];
    },
  );
  const inputs = [wave(2048, 1, 0).map(Math.abs), wave(1024, 1, 1), wave(512, 0.3, 2), wave(512, 0.3, 3), wave(512, 0.3, 4)];
  const executable = await backend.compile(graph);
  expect(executable.report.steps.filter(({ path }) => path === 'library')).toHaveLength(6);
  executable.dispose();
  const expected = interpret(graph, inputs);
  (await run(graph, inputs)).forEach((output, i) =>
    output.forEach((value, j) => expect(Math.abs(value - expected[i]![j]!)).toBeLessThan(1e-4)),
  );
});

/** Equal bit for bit; faster than toEqual on long arrays. */
const sameBytes = (a: FloatArray, b: FloatArray): boolean =>
  Buffer.compare(Buffer.from(a.buffer, a.byteOffset, a.byteLength), Buffer.from(b.buffer, b.byteOffset, b.byteLength)) === 0;

it('keeps its results when the heap grows, also in the middle of a program', async () => {
  const own = await createBackend();
  const graph = trace(
    [
      { name: 'a', shape: [32, 700] },
      { name: 'b', shape: [700, 700] },
    ],
    (a, b) => {
      const product = a.matmul(b);
      return [product.add(1), product.matmul(b).sum(0), a.sum(1)];
    },
  );
  const inputs = [wave(22_400, 0.1, 0), wave(490_000, 0.1, 1)];
  const executable = await own.compile(graph);
  const [a, b] = [own.upload(inputs[0]!, [32, 700]), own.upload(inputs[1]!, [700, 700])];
  const kept = await own.read(...executable.run([a, b]));
  expectProduct(
    matmulGraph([32, 700], [700, 700]),
    inputs,
    kept[0]!.map((value) => value - 1),
    800,
  );
  // The kernel packs 2 MB of weights in every call. While smaller buffers fill the heap, it is at times the kernel that makes
  // it grow, between two steps of the program.
  const filler = [];
  for (let round = 0; round < 40; round++) {
    filler.push(own.upload(new Float32Array(250_000).fill(round), [250_000]));
    const outputs = executable.run([a, b]);
    const again = await own.read(...outputs);
    again.forEach((output, i) => expect(sameBytes(output, kept[i]!)).toBe(true));
    outputs.forEach((output) => own.free(output));
  }
  const read = await own.read(...filler);
  read.forEach((values, round) => expect(values.every((value) => value === round)).toBe(true));
  expect(sameBytes((await own.read(b))[0]!, inputs[1]!)).toBe(true);
  await own.dispose();
});
