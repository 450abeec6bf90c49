import { expect, test } from 'vitest';
import { NaluError } from '@nalu/core';

test('a NaluError is an Error with its own name', () => {
  expect(new NaluError('x')).toBeInstanceOf(Error);
  expect(String(new NaluError('x'))).toBe('NaluError: x');
});
