import type { Tensor } from '../tensor/tensor.ts';
import type { BinaryAttrs } from './attrs.ts';
import { binaryRow, ternaryRow } from './elementwise.ts';
import { exact, within4 } from './numerics.ts';
import type { OpRow } from './row.ts';
import { power } from './scalar.ts';

const noDerivative = (): readonly undefined[] => [undefined, undefined];
const truth = (condition: boolean): number => (condition ? 1 : 0);

/** The share of a cotangent that goes to the operand that won; ties are shared. */
const shareOfWinner = (wins: Tensor, ties: Tensor, g: Tensor): Tensor => wins.where(g, ties.where(g.mul(0.5), 0));

export const binaryRows: { readonly [K in keyof BinaryAttrs]: OpRow<K> } = {
  add: binaryRow('add', (a, b) => a + b, {
    formula: 'a + b',
    vjp: ({ g }) => [g, g],
    derivative: '1, 1',
    numerics: exact('IEEE 754'),
  }),
  sub: binaryRow('sub', (a, b) => a - b, {
    formula: 'a − b',
    vjp: ({ g }) => [g, g.neg()],
    derivative: '1, −1',
    numerics: exact('IEEE 754'),
  }),
  mul: binaryRow('mul', (a, b) => a * b, {
    formula: 'a · b',
    vjp: ({ inputs: [a, b], g }) => [g.mul(b!), g.mul(a!)],
    derivative: 'b, a',
    numerics: exact('IEEE 754'),
  }),
  div: binaryRow('div', (a, b) => a / b, {
    formula: 'a / b',
    vjp: ({ inputs: [, b], output, g }) => {
      const ga = g.div(b!);
      return [ga, ga.mul(output).neg()];
    },
    derivative: '1/b, −a/b²',
    numerics: within4('IEEE 754 at zeros and infinities'),
  }),
  pow: binaryRow('pow', power, {
    formula: 'aᵇ',
    vjp: ({ inputs: [a, b], output, g }) => {
      const atZero = a!.eq(0);
      const infinite = atZero.mul(b!.lt(1));
      const slope = b!.mul(infinite.where(1, a!).pow(b!.sub(1)));
      return [infinite.where(0, g.mul(slope)), atZero.where(0, g.mul(output).mul(atZero.where(1, a!).log()))];
    },
    derivative: 'b·aᵇ⁻¹ (0 where a = 0 and b < 1), aᵇ log a (0 where a = 0)',
    numerics: within4('a⁰ = 1; −0 counts as 0', 'a ≥ 0'),
  }),
  min: binaryRow('min', Math.min, {
    formula: 'min(a, b)',
    vjp: ({ inputs: [a, b], g }) => [shareOfWinner(a!.lt(b!), a!.eq(b!), g), shareOfWinner(b!.lt(a!), a!.eq(b!), g)],
    derivative: '1 for the smaller, ½ each at a tie',
    numerics: exact('NaN if either is NaN'),
  }),
  max: binaryRow('max', Math.max, {
    formula: 'max(a, b)',
    vjp: ({ inputs: [a, b], g }) => [shareOfWinner(b!.lt(a!), a!.eq(b!), g), shareOfWinner(a!.lt(b!), a!.eq(b!), g)],
    derivative: '1 for the larger, ½ each at a tie',
    numerics: exact('NaN if either is NaN'),
  }),
  lt: binaryRow('lt', (a, b) => truth(a < b), {
    formula: '1 if a < b, else 0',
    vjp: noDerivative,
    derivative: '0',
    numerics: exact('0 at NaN'),
  }),
  le: binaryRow('le', (a, b) => truth(a <= b), {
    formula: '1 if a ≤ b, else 0',
    vjp: noDerivative,
    derivative: '0',
    numerics: exact('0 at NaN'),
  }),
  eq: binaryRow('eq', (a, b) => truth(a === b), {
    formula: '1 if a = b, else 0',
    vjp: noDerivative,
    derivative: '0',
    numerics: exact('0 at NaN; −0 = 0'),
  }),
};

export const ternaryRows: { readonly where: OpRow<'where'> } = {
  where: ternaryRow('where', (mask, a, b) => (mask !== 0 ? a : b), {
    formula: 'a if mask ≠ 0, else b',
    vjp: ({ inputs: [mask], g }) => [undefined, mask!.where(g, 0), mask!.where(0, g)],
    derivative: 'to the branch taken',
    numerics: exact('the branch not taken does not matter, NaN or not'),
  }),
};
