import { expect, test } from 'vitest';
import { LN2_HIGH, LN2_LOW, TURNS } from '../../src/numerics/coefficients.ts';

/** The fraction of π in hexadecimal, cut off: the digits that Blowfish's tables begin with. */
const FRACTION =
  '243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89452821e638d01377be5466cf34e90c6cc0ac29b7c97c50dd';
const PI_BITS = BigInt(4 * FRACTION.length);
const PI = BigInt(`0x3${FRACTION}`);

test.each([0, 1, 2, 3])('digits of 2^(32·%i)/(2π) are right to 2⁻⁹⁹', (group) => {
  const bits = 260n;
  const exact = (1n << (PI_BITS + bits + 32n * BigInt(group))) / (2n * PI);
  const digits = TURNS[group]!.reduce((sum, digit, k) => sum + (BigInt(digit) << (bits + 11n * BigInt(1 - k))), 0n);
  const turns = 1n << (bits + 22n);
  const apart = (((exact - digits) % turns) + turns) % turns;
  expect(apart < turns - apart ? apart : turns - apart).toBeLessThanOrEqual(1n << (bits - 99n));
});

test('digits are small enough for exact columns', () => {
  expect(TURNS.flat().filter((digit) => !Number.isInteger(digit) || Math.abs(digit) > 2 ** 10)).toEqual([]);
});

test('log 2 in two parts, the first short enough for exact products with exponents', () => {
  expect(Math.abs(LN2_HIGH + Math.fround(LN2_LOW) - Math.LN2)).toBeLessThan(2 ** -36);
  expect(Math.fround(LN2_HIGH * 149) / 149).toBe(LN2_HIGH);
  expect(LN2_HIGH * 2 ** 9).toBe(355);
});
