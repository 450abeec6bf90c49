import fc from 'fast-check';
import { expect, test } from 'vitest';
import { constant, gradients, nru, type ApplyContext, type NruOptions, type Tensor } from '../../src/index.ts';
import { applyModule } from '../../src/modules/apply.ts';
import { f64, run } from '../support.ts';

interface Case {
  readonly inputs: number;
  readonly rows: number;
  readonly sign: NonNullable<NruOptions['sign']>;
  readonly training: boolean;
  readonly x: readonly number[];
  readonly w: readonly number[];
}

/** One output, as the formula says it, with JavaScript's own power. */
const formula = ({ inputs, sign, training }: Case, x: readonly number[], w: readonly number[]): number => {
  let product = 1;
  for (let i = 0; i < inputs; i++) {
    const [input, weight] = [x[i]!, w[i]!];
    const counts = training ? Math.tanh(1000 * weight) ** 2 : Math.abs(weight);
    const power = Math.abs(input) ** weight;
    product *= (sign === 'joint' ? Math.sign(input) * power : power) * counts + 1 - counts;
    if (sign === 'separate' && Math.round(weight) !== 0) product *= Math.sign(input);
  }
  return product;
};

const row = ({ inputs, x }: Case, r: number): readonly number[] => x.slice(r * inputs, (r + 1) * inputs);

const training: ApplyContext = {
  training: true,
  step: constant(0),
  uniform: (shape) => constant(0.5).broadcastTo(shape),
  remember: () => {},
  remembered: () => [],
};

/** Something of the outputs as a function of the weights. */
const ofOutputs = (each: Case, f: (y: Tensor, weight: Tensor) => Tensor): number[] => {
  const shapes = [
    [each.rows, each.inputs],
    [each.inputs, 1],
  ];
  const context: ApplyContext = each.training ? training : { training: false };
  const [values] = run(shapes, [f64(...each.x), f64(...each.w)], (x, weight) =>
    f(applyModule(nru({ inputs: each.inputs, sign: each.sign }), { weight: weight! }, x!, context), weight!),
  );
  return values!;
};

const outputs = (each: Case): number[] => ofOutputs(each, (y) => y);

const slopes = (each: Case): number[] => ofOutputs(each, (y, weight) => gradients(y.sum(), [weight])[0]!);

/** Few inputs and many: their axes lie in another order. */
const cases = (input: fc.Arbitrary<number>, weight: fc.Arbitrary<number>): fc.Arbitrary<Case> =>
  fc
    .record({
      inputs: fc.integer({ min: 2, max: 7 }),
      rows: fc.integer({ min: 1, max: 3 }),
      sign: fc.constantFrom('joint' as const, 'separate' as const),
      training: fc.boolean(),
    })
    .chain((shape) =>
      fc.record({
        inputs: fc.constant(shape.inputs),
        rows: fc.constant(shape.rows),
        sign: fc.constant(shape.sign),
        training: fc.constant(shape.training),
        x: fc.array(input, { minLength: shape.rows * shape.inputs, maxLength: shape.rows * shape.inputs }),
        w: fc.array(weight, { minLength: shape.inputs, maxLength: shape.inputs }),
      }),
    );

const number = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });

const away = fc.oneof(number(0.1, 4), number(-4, -0.1));

test('is its formula, for few inputs and for many, at zeros too', () => {
  // Half is rounded another way by JavaScript.
  const weight = fc.oneof(number(-1, 1), fc.constantFrom(-1, 0, 1)).filter((w) => Math.abs(w) !== 0.5);
  fc.assert(
    fc.property(cases(fc.oneof(away, fc.constant(0)), weight), (each) => {
      outputs(each).forEach((y, r) => {
        const wanted = formula(each, row(each, r), each.w);
        if (Number.isFinite(wanted)) expect(Math.abs(y - wanted)).toBeLessThan(1e-12 * Math.max(1, Math.abs(wanted)));
        else expect(y).toBe(wanted);
      });
    }),
  );
});

test('has the slopes of its formula', () => {
  // Away from 0, where training's switch is steep, from ±1, where weights are cut off, and from ±½, where signs begin to count.
  const weight = fc.oneof(number(0.05, 0.45), number(0.55, 0.95), number(-0.95, -0.55), number(-0.45, -0.05));
  fc.assert(
    fc.property(cases(away, weight), (each) => {
      const h = 1e-6;
      const moved = (i: number, by: number): number =>
        Array.from({ length: each.rows }, (_, r) =>
          formula(
            each,
            row(each, r),
            each.w.map((w, k) => (k === i ? w + by : w)),
          ),
        ).reduce((total, y) => total + y, 0);
      slopes(each).forEach((slope, i) => {
        const wanted = (moved(i, h) - moved(i, -h)) / (2 * h);
        const size = Math.max(1, Math.abs(wanted), Math.abs(moved(i, 0)));
        expect(Math.abs(slope - wanted)).toBeLessThan(1e-7 * size);
      });
    }),
  );
});
