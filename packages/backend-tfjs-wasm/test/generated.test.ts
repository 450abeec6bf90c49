import { concat, constant, randomUniform, scan, type Backend, type Tensor } from '@nalu/core';
import { fillUniform } from '@nalu/core/backend';
import { inputShape, interpret, sizeOf, trace, vectorize, type FloatArray, type Graph, type Shape } from '@nalu/core/graph';
import { createBackend } from '@nalu/backend-tfjs-wasm';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { signed, unsigned } from '../src/assembler/encoding.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend();
});
afterAll(() => backend.dispose());

const run = async (graph: Graph, inputs: readonly FloatArray[]): Promise<FloatArray[]> => {
  const executable = await backend.compile(graph);
  const buffers = inputs.map((input, i) => backend.upload(input, inputShape(graph, i)));
  const outputs = executable.run(buffers);
  const arrays = await backend.read(...outputs);
  for (const buffer of [...buffers, ...outputs]) backend.free(buffer);
  executable.dispose();
  return arrays;
};

const traced = (shapes: readonly Shape[], f: (...inputs: Tensor[]) => readonly Tensor[]): Graph =>
  trace(
    shapes.map((shape, i) => ({ name: `x${i}`, shape })),
    f,
  );

/** Whole numbers from −3 to 3: their sums and products are exact in any order. */
const integers = (count: number, seed: number = 0): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => ((i * 5 + 3 * seed + ((i * i) >> 3)) % 7) - 3);

/** The signs of zeros that sums give are open. */
const numbers = (values: FloatArray): readonly number[] => Array.from(values, (value) => value + 0);

/** Where results differ from the oracle's, which they must not where everything is exact in single precision. */
const differences = async (
  shapes: readonly Shape[],
  f: (...inputs: Tensor[]) => readonly Tensor[],
): Promise<readonly string[]> => {
  const graph = traced(shapes, f);
  const inputs = shapes.map((shape, i) => integers(sizeOf(shape), i));
  const expected = interpret(graph, inputs).map(numbers);
  return (await run(graph, inputs)).flatMap((output, i) =>
    numbers(output).flatMap((value, j) =>
      Object.is(value, expected[i]![j]) ? [] : [`output ${i}, element ${j}: ${value} instead of ${expected[i]![j]}`],
    ),
  );
};

const lengths = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 18, 19, 20, 23, 24, 31, 32, 33, 40];

describe('loops of every length', () => {
  it.each(lengths)('%i: elements, rows, columns and their sums', async (n) => {
    expect(
      await differences([[n], [n, 2], [3, n]], (x, pairs, rows) => [
        x.mul(2).add(1),
        x.sum(),
        pairs.slice([0, 1], [n, 2]).sub(pairs.slice([0, 0], [n, 1])),
        pairs.sum(0),
        rows.sum(1),
        rows.sum(0),
        rows.add(x.reshape([1, n]).broadcastTo([3, n])).reduceMax(1),
        rows.transpose().mul(pairs.slice([0, 1], [n, 2]).broadcastTo([n, 3])),
      ]),
    ).toEqual([]);
  });

  it('a value does not depend on its place, nor on how many there are', async () => {
    for (const f of [(x: Tensor) => x.exp(), (x: Tensor) => x.sin(), (x: Tensor) => x.sigmoid().log()]) {
      const results = await Promise.all(
        [...lengths, 101].map(async (n) => {
          const [values] = await run(
            traced([[n]], (x) => [f(x)]),
            [new Float32Array(n).fill(0.7312)],
          );
          return new Set(values);
        }),
      );
      expect(new Set(results.flatMap((values) => [...values])).size).toBe(1);
    }
  });
});

describe('indices', () => {
  it.each([2, 3, 4, 5, 6])('columns of %i are read at their distance', async (columns) => {
    expect(
      await differences([[37, columns]], (x) =>
        Array.from({ length: columns }, (_, j) => x.slice([0, j], [37, j + 1]).mul(3)).concat(
          x.slice([1, 1], [37, columns]).neg(),
        ),
      ),
    ).toEqual([]);
  });

  it('views of views, inside loops that are written two vectors at a time', async () => {
    expect(
      await differences([[2, 12, 16]], (x) => {
        const wide = x.reshape([1, 2, 12, 16]).broadcastTo([2, 2, 12, 16]);
        const halves = [0, 1].map((i) => wide.slice([i, 0, 0, 0], [i + 1, 2, 12, 16]).reshape([2, 12, 16]));
        const sum = halves[0]!.add(halves[1]!.mul(x.reshape([24, 16]).reshape([2, 12, 16])));
        return [sum.sum([0, 1]), sum.sum(2), sum.reshape([12, 2, 16]).sum(1), sum.transpose([2, 0, 1]).reshape([32, 12])];
      }),
    ).toEqual([]);
  });

  it('reshapes that cross the lanes', async () => {
    expect(
      await differences([[6, 10]], (x) => [
        x.reshape([4, 15]).mul(2),
        x.reshape([20, 3]).transpose().add(1),
        x.reshape([3, 20]).transpose().reshape([60]).neg(),
      ]),
    ).toEqual([]);
  });

  it('tables are read where each lane says', async () => {
    const graph = traced([[9, 3], [21]], (table, index) => [table.gather(index), index.oneHot(9)]);
    const index = Float32Array.from({ length: 21 }, (_, i) => (i % 7 === 3 ? NaN : (i * 1.3) % 11));
    const expected = interpret(graph, [integers(27), index]);
    (await run(graph, [integers(27), index])).forEach((output, i) =>
      expect(Array.from(output)).toEqual(Array.from(expected[i]!)),
    );
  });
});

describe('reductions', () => {
  it.each([[[0]], [[1]], [[2]], [[0, 1]], [[0, 2]], [[1, 2]], [[0, 1, 2]]])('over axes %j', async (axes) => {
    expect(
      await differences([[5, 6, 25]], (x) => [x.sum(axes), x.reduceMax(axes), x.reduceMin(axes), x.sign().abs().reduceMax(axes)]),
    ).toEqual([]);
    expect(await differences([[5, 3, 2]], (x) => [x.sum(axes), x.reduceMax(axes)])).toEqual([]);
    expect(await differences([[9, 20, 3]], (x) => [x.sum(axes)])).toEqual([]);
    expect(await differences([[6, 21, 2]], (x) => [x.sum(axes), x.mul(3), x.neg().sum(axes)])).toEqual([]);
    expect(await differences([[6, 21, 4]], (x) => [x.sum(axes), x.mul(3), x.neg().sum(axes)])).toEqual([]);
  });

  it.each([
    [[18, 6, 2], 1],
    [[7, 5, 3], 1],
    [[7, 5, 3], 0],
    [[2, 3, 9], 2],
    [[70, 6], 1],
    [[64, 6, 1], 1],
    [[6, 70], 0],
  ] as const)('products of all others, of %j over axis %i', async (shape, axis) => {
    const graph = traced([shape], (x) => [x.exclusiveProd(axis)]);
    const x = Float32Array.from({ length: sizeOf(shape) }, (_, i) => [1, 2, -1, 0.5, 1, -2, 1][(i * 3 + (i >> 3)) % 7]!);
    x[5] = 0;
    const [expected] = interpret(graph, [x]);
    const [actual] = await run(graph, [x]);
    expect(numbers(actual!)).toEqual(numbers(expected!));
  });

  it('products, in lanes and in memory', async () => {
    const graph = traced([[3, 21]], (x) => [x.prod(1), x.prod(0), x.exclusiveProd(1), x.exclusiveProd(0)]);
    const x = Float32Array.from({ length: 63 }, (_, i) => [1, 2, -1, 0.5, 1, -2, 1][(i * 3) % 7]!);
    x[5] = 0;
    const expected = interpret(graph, [x]);
    (await run(graph, [x])).forEach((output, i) =>
      output.forEach((value, j) => expect(value === expected[i]![j], `output ${i}, ${j}`).toBe(true)),
    );
  });

  it('NaN wins; the first NaN, or the first of the largest, is where argmax points', async () => {
    const graph = traced([[4, 19]], (x) => [x.reduceMax(1), x.reduceMin(0), x.argmax(1), x.argmax(0)]);
    const x = integers(76);
    x[19 + 6] = NaN;
    x[38 + 11] = 9;
    x[38 + 15] = 9;
    const expected = interpret(graph, [x]);
    (await run(graph, [x])).forEach((output, i) => expect(Array.from(output)).toEqual(Array.from(expected[i]!)));
  });
});

it('small matrix products of all shapes, transposed or not', async () => {
  const side = fc.constantFrom(1, 2, 3, 4, 5, 8, 9, 13, 17);
  await fc.assert(
    fc.asyncProperty(side, side, side, fc.constantFrom(1, 3), fc.boolean(), fc.boolean(), async (m, n, k, batch, a, b) => {
      expect(
        await differences(
          [
            [batch, ...(a ? [k, m] : [m, k])],
            [batch, ...(b ? [n, k] : [k, n])],
          ],
          (x, y) => [x.matmul(y, { transposeA: a, transposeB: b })],
        ),
      ).toEqual([]);
    }),
    { numRuns: 60, seed: 1 },
  );
});

it.each([
  ['B in strips', [33, 70], [70, 61], {}],
  ['B in strips, in batches', [2, 64, 40], [2, 40, 128], {}],
  ['B transposed', [45, 70], [61, 70], { transposeB: true }],
  ['a small A transposed', [70, 45], [70, 61], { transposeA: true }],
  ['a large A transposed', [264, 256], [264, 20], { transposeA: true }],
])('larger matrix products: %s', async (_, a, b, options) => {
  expect(await differences([a, b], (x, y) => [x.matmul(y, options)])).toEqual([]);
});

describe.each([1, 2, 3])('products with %i columns', (n) => {
  it.each([
    [128, 100],
    [17, 16],
    [31, 37],
    [5, 130],
  ])('of %i rows and %i inner positions, transposed or not', async (m, k) => {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        const shapes = [
          [2, ...(transposeA ? [k, m] : [m, k])],
          [2, ...(transposeB ? [n, k] : [k, n])],
        ];
        expect(await differences(shapes, (a, b) => [a!.matmul(b!, { transposeA, transposeB })])).toEqual([]);
      }
    }
  });
});

describe('random numbers', () => {
  it.each(lengths)('%i of them are those of the generator', async (n) => {
    const graph = traced([[], [2, 3]], (step, keys) => {
      const key = concat([constant([0, 5]), step.reshape([1]), constant([9])], 0);
      return [randomUniform(key, [n]), randomUniform(keys!, [n])];
    });
    const keys = Float32Array.from([1, 2, 3, 2 ** 24 - 1, 0, 7]);
    const [single, batch] = await run(graph, [Float32Array.of(77), keys]);
    const expected = new Float32Array(n);
    fillUniform([0, 5, 77, 9], expected);
    expect(Array.from(single!)).toEqual(Array.from(expected));
    [0, 1].forEach((row) => {
      fillUniform(keys.subarray(3 * row, 3 * row + 3), expected);
      expect(Array.from(batch!.subarray(n * row, n * row + n))).toEqual(Array.from(expected));
    });
  });
});

describe('the same bits', () => {
  const step = (state: Tensor, x: Tensor): Tensor => {
    const h = x.matmul(state).tanh();
    return state.add(x.transpose().matmul(h).mul(0.01)).mul(h.square().mean().sigmoid());
  };

  it('a scan and its unrolled loop', async () => {
    const shapes = [
      [3, 2],
      [21, 3],
    ];
    const looped = traced(shapes, (state, x) => scan({ length: 5, carry: [state!] }, ([s]) => ({ carry: [step(s!, x!)] })).carry);
    const unrolled = traced(shapes, (state, x) => [[0, 1, 2, 3, 4].reduce((s) => step(s, x!), state!)]);
    const inputs = [integers(6).map((x) => x / 7), integers(63, 1).map((x) => x / 5)];
    expect(await run(looped, inputs)).toEqual(await run(unrolled, inputs));
  });

  it('a member of a population and one alone', async () => {
    const graph = traced(
      [
        [3, 2],
        [21, 3],
      ],
      (state, x) => scan({ length: 3, carry: [state!] }, ([s]) => ({ carry: [step(s!, x!)] })).carry,
    );
    const members = 5;
    const states = integers(6 * members).map((x) => x / 7);
    const x = integers(63, 1).map((each) => each / 5);
    const [all] = await run(vectorize(graph, members, [true, false]), [states, x]);
    for (let member = 0; member < members; member++) {
      const [alone] = await run(graph, [states.slice(6 * member, 6 * member + 6), x]);
      expect(all!.slice(6 * member, 6 * member + 6)).toEqual(alone);
    }
  });
});

describe('products inside loops', () => {
  it.each([2, 20, 130])('of %i rows read inputs that are views outside', async (rows) => {
    expect(
      await differences([[rows, 6 * 10], [40, 10], [40]], (x, weight, bias) => {
        const scanned = scan(
          {
            length: 6,
            carry: [constant(0).broadcastTo([rows, 40])],
            xs: [x!.reshape([rows, 6, 10]).transpose([1, 0, 2])],
          },
          ([total], [each]) => ({
            carry: [total!.add(each!.matmul(weight!.transpose())).add(bias!.broadcastTo([rows, 40]))],
            ys: [constant(2).broadcastTo([rows, 10]).matmul(weight!.transpose())],
          }),
        );
        return [...scanned.carry, ...scanned.ys];
      }),
    ).toEqual([]);
  });
});

describe('long graphs', () => {
  it('are written with loops instead of one variable per element', async () => {
    const graph = traced([[4, 4]], (x) => {
      let state = x!;
      for (let i = 0; i < 300; i++) state = state.mul(1.01).tanh().add(x!.sigmoid()).matmul(x!).mul(0.1);
      return [state];
    });
    const x = integers(16).map((each) => each / 4);
    const [expected] = interpret(graph, [x]);
    const [actual] = await run(graph, [x]);
    actual!.forEach((value, i) => expect(Math.abs(value - expected![i]!)).toBeLessThan(1e-5));
  });

  it('that no engine would accept are refused, and the error says what to do', async () => {
    const graph = traced([[1]], (key) => {
      let total = constant([0]);
      for (let i = 0; i < 4000; i++) total = total.add(randomUniform(concat([key!, constant([i])], 0), [1]));
      return [total];
    });
    await expect(backend.compile(graph)).rejects.toThrow(/too large for one WebAssembly function.*scan/s);
  });
});

describe('machine code', () => {
  const counting = (length: number): Graph =>
    traced([[]], (x) => scan({ length, carry: [x!] }, ([n]) => ({ carry: [n!.add(1.25)] })).carry);

  it('is compiled once for equal graphs, and for loops that differ in their length only', async () => {
    const own = await createBackend();
    const instantiate = vi.spyOn(WebAssembly, 'instantiate');
    try {
      for (const length of [3, 3, 8, 100]) {
        const executable = await own.compile(counting(length));
        const [sum] = await own.read(executable.run([own.upload(Float32Array.of(1), [])])[0]!);
        expect(sum![0]).toBe(1 + 1.25 * length);
      }
      expect(instantiate).toHaveBeenCalledTimes(1);
    } finally {
      instantiate.mockRestore();
      await own.dispose();
    }
  });

  it('may be forbidden, and then the error says what to allow', async () => {
    const { Module } = WebAssembly;
    WebAssembly.Module = function refuse(): never {
      throw new WebAssembly.CompileError('refused');
    } as unknown as typeof Module;
    try {
      await expect(createBackend()).rejects.toThrow(/security policy.*'wasm-unsafe-eval'/s);
    } finally {
      WebAssembly.Module = Module;
    }
  });

  it('has numbers in LEB128, as the examples of the specification (DWARF 5, appendix C) have them', () => {
    expect([2, 127, 128, 129, 12857].map(unsigned)).toEqual([[2], [127], [128, 1], [129, 1], [185, 100]]);
    expect([2, -2, 127, -127, 128, -128, 129, -129].map(signed)).toEqual([
      [2],
      [126],
      [255, 0],
      [129, 127],
      [128, 1],
      [128, 127],
      [129, 1],
      [255, 126],
    ]);
    expect(signed(0xfffff000 | 0)).toEqual([128, 96]);
  });
});
