import fc from 'fast-check';
import { expect, it } from 'vitest';
import { trace } from '@nalu/core/graph';
import { arrayMemory } from '@nalu/core/backend';
import { loopProgram } from '../src/loops/program.ts';

/** eˣ as generated code computes it, in f32. */
const exponentials = (x: Float32Array): Float32Array => {
  const graph = trace([{ name: 'x', shape: [x.length] }], (input) => [input!.exp()]);
  const program = loopProgram(graph, 'f32', arrayMemory);
  const result = new Float32Array(x.length);
  program.run([x], [result]);
  program.dispose();
  return result;
};

it('is the rounded exponential, of values from everywhere', () => {
  const COUNT = 100_000;
  const between = Float32Array.from({ length: COUNT }, (_, i) => -105 + (195 * i) / COUNT);
  const small = Float32Array.from({ length: COUNT }, (_, i) => (i % 2 === 0 ? 1 : -1) * 2 ** (-40 + (46 * i) / COUNT));
  for (const x of [between, small]) expect(exponentials(x)).toEqual(x.map(Math.exp));
});

it('is the rounded exponential of any f32, or its neighbour', () => {
  fc.assert(
    fc.property(fc.array(fc.float({ noDefaultInfinity: false }), { minLength: 1, maxLength: 200 }), (values) => {
      const x = Float32Array.from(values);
      exponentials(x).forEach((got, i) => {
        const want = Math.fround(Math.exp(x[i]!));
        const near = Math.abs(got - want) <= Math.max(2 ** -23 * want, 2 ** -149);
        expect(Object.is(got, want) || near, `exp(${x[i]}) = ${got}, but should be ${want}`).toBe(true);
      });
    }),
  );
});

it('keeps NaN and the infinities, and flushes and overflows where f32 does', () => {
  const x = Float32Array.of(NaN, Infinity, -Infinity, 0, -0, 88.72283, 88.72284, 1e38, -103.97, -103.98, -1e38);
  expect(exponentials(x)).toEqual(x.map(Math.exp));
});
