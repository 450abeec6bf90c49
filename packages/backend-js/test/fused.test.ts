import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scan, type Tensor } from '@nalu/core';
import { arrayMemory, type Precision } from '@nalu/core/backend';
import { inputShape, interpret, outputShape, sizeOf, trace, vectorize, type FloatArray, type Graph } from '@nalu/core/graph';
import { loopProgram } from '../src/loops/program.ts';
import { ROOMY, TIGHT, type Settings } from '../src/loops/settings.ts';
import { expectSameBits } from './bits.ts';
import { build, fill, inputShapes, programs } from './randomGraph.ts';

const arraysOf = { f32: Float32Array, f64: Float64Array } as const;

const settings: { readonly [name: string]: Settings } = {
  roomy: ROOMY,
  tight: TIGHT,
  'nothing unrolled': { ...ROOMY, small: 0, lanes: 1, inner: 1, width: 1 },
  'four side by side': { ...ROOMY, width: 4, small: 3 },
  'functions for all loops': { ...ROOMY, ownFunction: 2 },
};

const run = (graph: Graph, precision: Precision, chosen: Settings, inputs: readonly FloatArray[]): readonly FloatArray[] => {
  const program = loopProgram(graph, precision, arrayMemory, { settings: chosen });
  const outputs = graph.outputs.map((_, i) => new arraysOf[precision](sizeOf(outputShape(graph, i))).fill(123));
  program.run(inputs, outputs);
  const first = outputs.map((output) => output.slice());
  program.run(inputs, outputs);
  first.forEach((output, i) => expectSameBits(outputs[i]!, output, `second run, output ${i}`));
  program.dispose();
  return outputs;
};

const inputsOf = (graph: Graph, precision: Precision): readonly FloatArray[] =>
  graph.inputs.map((_, i) => arraysOf[precision].from(fill(sizeOf(inputShape(graph, i)), i)));

const expectAsInterpreted = (graph: Graph, precision: Precision, chosen: Settings): void => {
  const inputs = inputsOf(graph, precision);
  const expected = interpret(graph, inputs, { precision });
  run(graph, precision, chosen, inputs).forEach((output, i) => expectSameBits(output, expected[i]!, `output ${i}`));
};

const specsOf = (shapes: readonly (readonly number[])[]): { name: string; shape: readonly number[] }[] =>
  shapes.map((shape, i) => ({ name: `x${i}`, shape }));

/** A scan whose body is a random program: its carries are brought back to their shapes. */
const scanOf = (numbers: readonly number[], inputs: readonly Tensor[], length: number, keepEvery: number): readonly Tensor[] => {
  const [first, ...others] = inputs as [Tensor, ...Tensor[]];
  const stacked = first
    .unsqueeze(0)
    .broadcastTo([length, ...first.shape])
    .mul(0.5);
  const result = scan({ length, keepEvery, carry: others, xs: [stacked] }, (carry, xs) => {
    const values = build(numbers, [first, ...xs, ...carry], carry.length + 1);
    const next = carry.map((c, i) => {
      const value = values[i % values.length]!.tanh().mean();
      return i === 2 ? c : i === 1 && carry.length > 2 ? c.sub(carry[0]!.mean()).add(value) : c.mul(0.7).add(value);
    });
    return { carry: next, ys: [values.at(-1)!, values[0]!.sum()] };
  });
  return [...result.carry, ...result.ys];
};

const runs = 40;

for (const [name, chosen] of Object.entries(settings)) {
  describe(`generated loops, ${name}`, () => {
    for (const precision of ['f32', 'f64'] as const) {
      it(`agree with the interpreter bit for bit in ${precision} on random graphs`, () => {
        expect(() =>
          fc.assert(
            fc.property(programs, inputShapes, (numbers, shapes) => {
              expectAsInterpreted(
                trace(specsOf(shapes), (...inputs) => build(numbers, inputs)),
                precision,
                chosen,
              );
            }),
            { numRuns: runs },
          ),
        ).not.toThrow();
      });
    }

    it('agree with the interpreter bit for bit on loops of steps', () => {
      expect(() =>
        fc.assert(
          fc.property(
            programs,
            inputShapes,
            fc.constantFrom(0, 1, 4, 5),
            fc.constantFrom(1, 2, 3),
            (numbers, shapes, length, keepEvery) => {
              const graph = trace(specsOf(shapes), (...inputs) => scanOf(numbers, inputs, length, keepEvery));
              expectAsInterpreted(graph, 'f32', chosen);
            },
          ),
          { numRuns: runs },
        ),
      ).not.toThrow();
    });

    it('agree with the interpreter bit for bit on populations, loops of steps included', () => {
      expect(() =>
        fc.assert(
          fc.property(
            programs,
            inputShapes,
            fc.boolean(),
            fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
            (numbers, shapes, looped, mapped) => {
              const graph = trace(specsOf(shapes), (...inputs) =>
                looped ? scanOf(numbers, inputs, 3, 1) : build(numbers, inputs),
              );
              expectAsInterpreted(vectorize(graph, 3, mapped.slice(0, shapes.length)), 'f32', chosen);
            },
          ),
          { numRuns: runs },
        ),
      ).not.toThrow();
    });
  });
}
