import { gradients, scan, type Backend, type Tensor } from '@nalu/core';
import { interpret, sizeOf, trace, vectorize, type FloatArray, type Graph } from '@nalu/core/graph';
import { createBackend } from '@nalu/backend-tfjs-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { productGraph, runOnce, wave } from './products.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend();
});
afterAll(() => backend.dispose());

/** How many products of a graph tfjs computes. */
const libraryProducts = async (graph: Graph): Promise<number> => {
  const executable = await backend.compile(graph);
  const { length } = executable.report.steps.filter(({ path }) => path === 'library');
  executable.dispose();
  return length;
};

const largest = (values: Iterable<number>): number => {
  let most = 0;
  for (const value of values) most = Number.isNaN(value) ? Infinity : Math.max(most, value);
  return most;
};

const largestDifference = (actual: FloatArray, expected: FloatArray): number =>
  largest(Array.from(actual, (value, i) => Math.abs(value - expected[i]!)));

/** The largest |error| in units of the contract's γₖ·Σ|aᵢbᵢ|, with the sum of absolute products worked out by the oracle. */
const errorOfProduct = (graph: Graph, inputs: readonly Float32Array[], actual: FloatArray, k: number): number => {
  const [exact] = interpret(graph, inputs);
  const [scale] = interpret(
    graph,
    inputs.map((input) => input.map(Math.abs)),
  );
  const unit = k * 2 ** -24;
  return largest(Array.from(actual, (value, i) => Math.abs(value - exact![i]!) / ((unit / (1 - unit)) * scale![i]!)));
};

describe('large products by tfjs', () => {
  it.each([
    ['plain', [128, 128], [128, 128], {}, 128],
    ['A transposed', [128, 160], [128, 132], { transposeA: true }, 128],
    ['B transposed', [160, 128], [132, 128], { transposeB: true }, 128],
    ['both transposed', [128, 160], [132, 128], { transposeA: true, transposeB: true }, 128],
    ['of odd sizes', [131, 133], [133, 129], {}, 133],
    ['of odd sizes, both transposed', [133, 131], [129, 133], { transposeA: true, transposeB: true }, 133],
    ['in batches', [3, 130, 140], [3, 140, 134], {}, 140],
  ] as const)('are within the contract of contractions: %s', async (_, a, b, options, k) => {
    const graph = productGraph(a, b, options);
    expect(await libraryProducts(graph)).toBe(1);
    const inputs = [wave(sizeOf(a), 1, 0), wave(sizeOf(b), 2, 1)];
    const [product] = await runOnce(backend, graph, inputs);
    expect(errorOfProduct(graph, inputs, product!, k)).toBeLessThanOrEqual(1);
  });

  it('leave small products to generated kernels', async () => {
    expect(await libraryProducts(productGraph([128, 2], [2, 1]))).toBe(0);
    expect(await libraryProducts(productGraph([4096, 31], [31, 4096]))).toBe(0);
  });

  it('keep NaN and infinities to their rows, columns and matrices, where tiles reach over the end too', async () => {
    const [rows, inner, columns] = [130, 132, 131];
    const graph = productGraph([2, rows, inner], [2, inner, columns]);
    expect(await libraryProducts(graph)).toBe(1);
    const [a, b] = [wave(2 * rows * inner, 1, 0), wave(2 * inner * columns, 1, 2)];
    a[0] = NaN;
    // The first row of the second B lies right behind the first B, where its last block of rows ends.
    b.fill(Infinity, inner * columns, inner * columns + columns);
    const [result] = await runOnce(backend, graph, [a, b]);
    const [exact] = interpret(graph, [a, b]);
    const wrong = exact!.findIndex(
      (want, i) => Number.isFinite(want) !== Number.isFinite(result![i]!) || Number.isNaN(want) !== Number.isNaN(result![i]!),
    );
    expect(wrong).toBe(-1);
    expect(result!.subarray(columns, rows * columns).every(Number.isFinite)).toBe(true);
  });

  it('give the same bits for every number of matrices', async () => {
    const one = productGraph([130, 140], [140, 134]);
    const [a, b] = [wave(3 * 130 * 140, 1, 0), wave(3 * 140 * 134, 1, 2)];
    const three = vectorize(one, 3, [true, true]);
    const [together] = await runOnce(backend, three, [a, b]);
    for (let member = 0; member < 3; member++) {
      const inputs = [
        a.slice(member * 130 * 140, (member + 1) * 130 * 140),
        b.slice(member * 140 * 134, (member + 1) * 140 * 134),
      ];
      const [alone] = await runOnce(backend, one, inputs);
      const own = together!.slice(member * 130 * 134, (member + 1) * 130 * 134);
      expect(Buffer.compare(Buffer.from(own.buffer), Buffer.from(alone!.buffer))).toBe(0);
    }
  });

  it('read carries, slices of stacked inputs and results of kernels', async () => {
    const graph = trace(
      [
        { name: 'w', shape: [128, 128] },
        { name: 'xs', shape: [3, 128, 128] },
      ],
      (w, xs) => {
        const { carry, ys } = scan({ length: 3, carry: [w!], xs: [xs!] }, ([c], [x]) => {
          const product = x!.matmul(c!);
          return { carry: [product.mul(0.1).tanh().matmul(c!)], ys: [product] };
        });
        return [...carry, ...ys];
      },
    );
    expect(await libraryProducts(graph)).toBe(2);
    const inputs = [wave(16_384, 0.2, 0), wave(3 * 16_384, 0.2, 1)];
    const expected = interpret(graph, inputs);
    (await runOnce(backend, graph, inputs)).forEach((output, i) => {
      expect(largestDifference(output, expected[i]!)).toBeLessThan(1e-4);
    });
  });

  it('leave the flags of tfjs as they were', async () => {
    const flags = ['WEBGPU_MATMUL_PROGRAM_TYPE', 'WEBGPU_ENGINE_COMPILE_ONLY'];
    await runOnce(backend, productGraph([128, 128], [128, 128]), [wave(16_384, 1, 0), wave(16_384, 1, 1)]);
    expect(flags.map((flag) => tf.env().get(flag))).toEqual([-1, false]);
  });
});

/** A gradient step of a NALU layer wide enough for tfjs's products. */
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

it('trains a layer through tfjs as the f64 oracle does', async () => {
  const [rows, width, outputs] = [256, 128, 64];
  const graph = trace(
    [
      { name: 'x', shape: [rows, width] },
      { name: 'y', shape: [rows, outputs] },
      ...['wHat', 'mHat', 'g'].map((name) => ({ name, shape: [width, outputs] })),
    ],
    (x, y, ...carry) => {
      const result = scan({ length: 2, carry }, (current) => {
        const { carry: next, loss } = layerStep(x!, y!, current);
        return { carry: next, ys: [loss] };
      });
      return [...result.ys, ...result.carry];
    },
  );
  expect(await libraryProducts(graph)).toBe(6);
  const inputs = [
    wave(rows * width, 1, 0).map(Math.abs),
    wave(rows * outputs, 1, 1),
    ...[2, 3, 4].map((phase) => wave(width * outputs, 0.1, phase)),
  ];
  const expected = interpret(graph, inputs);
  (await runOnce(backend, graph, inputs)).forEach((output, i) => {
    expect(largestDifference(output, expected[i]!)).toBeLessThan(1e-4);
  });
});
