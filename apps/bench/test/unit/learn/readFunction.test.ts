import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FunctionError, readFunction } from '../../../src/functions/readFunction.ts';

const at = (text: string, ...operands: readonly number[]): number => readFunction(text).evaluate(...operands);

describe('a function that somebody typed', () => {
  test.each([
    ['a + b', [2, 3], 5],
    ['a-b-1', [9, 3], 5],
    ['a / b * 2', [8, 4], 4],
    ['a - b * 2 ^ 3', [50, 4], 18],
    ['-a^2', [3], -9],
    ['(-a)**2', [3], 9],
    ['2^3^a', [2], 512],
    ['2^-a', [1], 0.5],
    ['2*-a', [3], -6],
    ['a² − b·1.5', [3, 2], 6],
    ['a³ ÷ b × 2', [2, 4], 4],
    ['sqrt(a^2 + b^2)', [3, 4], 5],
    ['EXP(log(A))', [7], 7],
    ['abs(b - a) + 1.5e1', [1, 4], 18],
    ['.5*a', [3], 1.5],
  ] as const)('%s', (text, operands, answer) => expect(at(text, ...operands)).toBeCloseTo(answer, 12));

  test('is about the inputs that it uses, in their order', () => {
    expect(readFunction('d*a + a').inputs).toEqual(['a', 'd']);
    expect(at('d - a', 1, 10)).toBe(9);
  });

  test('means what JavaScript would make of it, for every mixture of signs and brackets', () => {
    const number = fc.integer({ min: 1, max: 9 }).map(String);
    const { expression } = fc.letrec<{ expression: string }>((tie) => ({
      expression: fc.oneof(
        { maxDepth: 4 },
        number,
        fc.constantFrom('a', 'b'),
        fc
          .tuple(tie('expression'), fc.constantFrom('+', '-', '*', '/', ' - ', '*-'), tie('expression'))
          .map(([left, sign, right]) => `${left}${sign}${right}`),
        tie('expression').map((inner) => `(${inner})`),
        tie('expression').map((inner) => `sqrt(${inner})`),
        // In brackets: JavaScript has no −x**2.
        tie('expression').map((inner) => `((${inner})**2)`),
      ),
    }));
    fc.assert(
      fc.property(expression, fc.double({ min: 0.5, max: 9, noNaN: true }), (text, a) => {
        const full = `${text} + a*0 + b*0`.replaceAll('--', '- -');
        // oxlint-disable-next-line no-new-func -- an oracle that is not ours
        const wanted = new Function('a', 'b', 'sqrt', `return ${full}`)(a, 2.5, Math.sqrt) as number;
        expect(at(full, a, 2.5)).toBe(wanted);
      }),
    );
  });

  test.each([
    ['', 'At the beginning a number or an input is missing.'],
    ['a +', 'After “+” a number or an input is missing.'],
    ['a * / b', 'After “*” a number or an input is missing.'],
    ['(a + b', 'A bracket is not closed.'],
    ['a + b)', 'There is a bracket too many.'],
    ['2a', 'After “2” a sign is missing: write a*b for a product.'],
    ['a b', 'After “a” a sign is missing: write a*b for a product.'],
    ['x + 1', 'There is no “x”. The inputs are a, b, c, d'],
    ['sqrt a', 'After “sqrt” a bracket is missing: sqrt(a).'],
    ['a; alert(1)', '“;” means nothing in a function.'],
    ['constructor', 'There is no “constructor”.'],
    ['a.b', '“.” means nothing in a function.'],
    ['2 + 3', 'It is about nothing: use at least one of a, b, c and d.'],
    [`${'('.repeat(1000)}a`, 'A function has at most 1000 characters; this one has 1001. Shorten it.'],
  ])('%j is refused with a sentence', (text, sentence) => {
    expect(() => readFunction(text)).toThrow(FunctionError);
    expect(() => readFunction(text)).toThrow(sentence);
  });

  test('whatever is typed is a function or gets a sentence', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100, unit: fc.constantFrom(...'abd1.2e+-*/^()² sqrt$') }), (text) => {
        try {
          expect(readFunction(text).inputs.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(FunctionError);
        }
      }),
    );
  });
});
