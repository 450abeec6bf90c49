import { describe, expect, test } from 'vitest';
import { percent, show, steady } from '../../../src/views/learn/drawing/numbers.ts';

test.each([
  [0, '0'],
  [-0, '0'],
  [42, '42'],
  [3.1249, '3.12'],
  [-2.5, '−2.5'],
  [440_066.4, '440,066'],
  [0.00012, '0.00012'],
  [1e-6, '10⁻⁶'],
  [2.34e-10, '2.3·10⁻¹⁰'],
  [-4.2e12, '−4.2·10¹²'],
  [Infinity, '∞'],
  [NaN, 'no number'],
])('show %d: %s', (value, text) => expect(show(value)).toBe(text));

test('digits are kept where the number is small, and the whole number where it is large', () => {
  expect([show(1.23456, 5), show(123_456.7, 2), show(0.98765, 2)]).toEqual(['1.2346', '123,457', '0.99']);
});

describe('steady', () => {
  test('has the same decimals always, and no minus before zero', () => {
    expect([steady(1), steady(-0.004), steady(-1.005, 1), steady(0.5, 3)]).toEqual(['1.00', '0.00', '−1.0', '0.500']);
  });
  test('gives way where that would be too long', () => expect(steady(1_234_567)).toBe('1,234,567'));
});

test.each([
  [0.021, '2.1 %'],
  [1, '100 %'],
  [25, 'over 999 %'],
  [1e-7, 'under 0.001 %'],
  [NaN, 'no number'],
])('percent %d: %s', (share, text) => expect(percent(share)).toBe(text));
