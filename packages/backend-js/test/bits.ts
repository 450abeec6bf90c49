import { expect } from 'vitest';
import type { FloatArray } from '@nalu/core/graph';

/** Equal bit for bit; the bits of a NaN do not count. */
export const expectSameBits = (actual: FloatArray, expected: FloatArray, what: string): void => {
  if (actual.length !== expected.length) expect.fail(`${what}: ${actual.length} numbers, expected ${expected.length}`);
  for (let i = 0; i < expected.length; i++) {
    if (!Object.is(actual[i], expected[i])) expect.fail(`${what}: element ${i} is ${actual[i]}, expected ${expected[i]}`);
  }
};
