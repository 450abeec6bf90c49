import { describe, expect, test } from 'vitest';
import { language } from '../../src/protocols/language.ts';
import { longest, numeral, splitNumerals, tokens, words } from '../../src/protocols/numerals.ts';
import { programsExperiment } from '../../src/protocols/programs.ts';

describe('numerals', () => {
  test.each([
    [7, 'seven'],
    [13, 'thirteen'],
    [20, 'twenty'],
    [42, 'forty two'],
    [100, 'one hundred'],
    [101, 'one hundred and one'],
    [373, 'three hundred and seventy three'],
    [999, 'nine hundred and ninety nine'],
    [1000, 'one thousand'],
  ])('%i is %s', (n, text) => {
    expect(numeral(n).join(' ')).toBe(text);
  });

  test('30 words; every number is another sentence of at most 5', () => {
    const all = Array.from({ length: 1000 }, (_, i) => i + 1);
    expect(words.length).toBe(30);
    expect(new Set(all.flatMap(numeral)).size).toBe(30);
    expect(new Set(all.map((n) => numeral(n).join(' '))).size).toBe(1000);
    expect(Math.max(...all.map((n) => numeral(n).length))).toBe(longest);
    expect(tokens(1000)).toEqual([0, 0, 0, 1, words.indexOf('thousand') + 1]);
  });

  test('169, 200 and 631, apart; training has every word and the first 19 numbers', () => {
    const { train, validation, test: rest } = splitNumerals();
    expect([train.length, validation.length, rest.length]).toEqual([169, 200, 631]);
    expect(new Set([...train, ...validation, ...rest]).size).toBe(1000);
    expect(new Set(train.flatMap(numeral)).size).toBe(30);
    expect(train.slice(0, 19)).toEqual(Array.from({ length: 19 }, (_, i) => i + 1));
  });

  test('a row has one word per step, and its number', () => {
    const { x, y } = language.cells()[0]!.tests[2]!.rows(1);
    const { test: numbers } = splitNumerals();
    expect(x.shape).toEqual([631, 155]);
    for (const row of [0, 300, 630]) {
      const read = Array.from({ length: 5 }, (_, t) => x.data.subarray(155 * row + 31 * t, 155 * row + 31 * (t + 1)).indexOf(1));
      expect(read).toEqual(tokens(numbers[row]!));
      expect(y.data[row]).toBe(numbers[row]);
    }
  });
});

test("a program's answer is the register after its last instruction", () => {
  const { tests } = programsExperiment.cells()[0]!;
  const { x, y } = tests[2]!.rows(1);
  expect(x.shape).toEqual([200, 300]);
  for (const row of [0, 199]) {
    let register = 0;
    for (let t = 0; t < 100; t++) {
      const [isAdd, isSubtract, operand] = x.data.subarray(300 * row + 3 * t, 300 * row + 3 * t + 3) as unknown as [
        number,
        number,
        number,
      ];
      expect(isAdd + isSubtract).toBe(1);
      expect(operand >= 1 && operand <= 9 && Number.isInteger(operand)).toBe(true);
      register += isAdd === 1 ? operand : -operand;
    }
    expect(y.data[row]).toBe(register);
  }
});
