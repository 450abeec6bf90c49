import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interpret } from '../../src/backend/interpret.ts';
import { sizeOf, type Shape } from '../../src/tensor/shape.ts';
import { concat, randomUniform, type Tensor } from '../../src/tensor/tensor.ts';
import { scan } from '../../src/transform/scan.ts';
import { vectorize } from '../../src/transform/vectorize.ts';
import { graphOf } from '../support.ts';

const MEMBERS = 3;

interface Case {
  readonly name: string;
  readonly shapes: readonly Shape[];
  readonly f: (...inputs: Tensor[]) => Tensor | readonly Tensor[];
}

const cases: readonly Case[] = [
  { name: 'elementwise', shapes: [[2, 3], [3]], f: (a, b) => a.mul(b).tanh().add(1) },
  { name: 'where and comparison', shapes: [[4], [4]], f: (a, b) => a.lt(b).where(a, b) },
  {
    name: 'reductions',
    shapes: [[2, 3, 2]],
    f: (a) => [a.sum([0, 2]), a.prod(1), a.reduceMax(), a.argmax(1), a.exclusiveProd(1)],
  },
  {
    name: 'matmul',
    shapes: [
      [2, 3],
      [3, 4],
    ],
    f: (a, b) => [a.matmul(b), b.matmul(a, { transposeA: true, transposeB: true })],
  },
  {
    name: 'movement',
    shapes: [
      [2, 3],
      [2, 1],
    ],
    f: (a, b) => [
      a.transpose(),
      a.reshape([3, 2]),
      b.broadcastTo([4, 2, 3]),
      a.slice([0, 1], [2, 3]),
      a.pad([1, 0], [0, 2], 5),
      concat([a, b], 1),
    ],
  },
  { name: 'gather and oneHot', shapes: [[4, 2], [3]], f: (a, i) => [a.gather(i.abs().mul(2)), i.abs().floor().oneHot(4)] },
  { name: 'random numbers', shapes: [[4]], f: (key) => randomUniform(key.abs().mul(100).floor(), [5]) },
  {
    name: 'scan with constants, carries and stacked inputs',
    shapes: [[3], [5, 3], []],
    f: (start, xs, rate) => {
      const result = scan({ length: 5, carry: [start, rate.mul(0)], xs: [xs], keepEvery: 2 }, ([c, n], [x]) => ({
        carry: [c!.mul(rate).add(x!), n!.add(1)],
        ys: [c!.sum(), n!],
      }));
      return [...result.carry, ...result.ys];
    },
  },
  {
    name: 'carries that take several steps to depend on a member',
    shapes: [[3], [3], [3]],
    f: (first, second, third) =>
      scan({ length: 4, carry: [first, second, third] }, ([a, b, c]) => ({ carry: [b!, c!, c!.mul(0.5)], ys: [a!] })).carry,
  },
];

describe('expandPopulation = one member after the other, bit for bit', () => {
  it.each(cases)('$name', ({ shapes, f }) => {
    const single = graphOf(shapes, f);
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: shapes.length, maxLength: shapes.length }),
        fc.integer({ min: 1, max: 1000 }),
        (mapped, seed) => {
          const numbers = (count: number, salt: number): Float64Array =>
            Float64Array.from({ length: count }, (_, i) => Math.sin(seed + salt * 17 + i * 1.7) * 1.5);
          const inputs = shapes.map((shape, i) => numbers((mapped[i] ? MEMBERS : 1) * sizeOf(shape), i));
          const together = interpret(vectorize(single, MEMBERS, mapped), inputs);
          for (let member = 0; member < MEMBERS; member++) {
            const own = inputs.map((input, i) =>
              mapped[i] ? input.subarray(member * sizeOf(shapes[i]!), (member + 1) * sizeOf(shapes[i]!)) : input,
            );
            interpret(single, own).forEach((alone, i) => {
              expect(together[i]!.subarray(member * alone.length, (member + 1) * alone.length)).toEqual(alone);
            });
          }
        },
      ),
      { numRuns: 10, seed: 3 },
    );
  });
});
