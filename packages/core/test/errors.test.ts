import { expect, test } from 'vitest';
import { NaluError, ShapeError } from '../src/errors.ts';

test('an error has the name of its class, its code, and is a NaluError', () => {
  const error = new ShapeError('[2] and [3] do not fit');
  expect(error).toBeInstanceOf(NaluError);
  expect(error.code).toBe('shape');
  expect(String(error)).toBe('ShapeError: [2] and [3] do not fit');
});
