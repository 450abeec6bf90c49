import { expect, test } from 'vitest';
import { threefry2x32 } from '../../src/random/threefry.ts';

/** Threefry-2x32 with 20 rounds, from the known-answer file `kat_vectors` of Random123 (Salmon et al. 2011). */
const VECTORS = [
  { counter: [0x00000000, 0x00000000], key: [0x00000000, 0x00000000], result: [0x6b200159, 0x99ba4efe] },
  { counter: [0xffffffff, 0xffffffff], key: [0xffffffff, 0xffffffff], result: [0x1cb996fc, 0xbb002be7] },
  { counter: [0x243f6a88, 0x85a308d3], key: [0x13198a2e, 0x03707344], result: [0xc4923a9c, 0x483df7a0] },
] as const;

test.each(VECTORS)('the published answer for counter $counter', ({ counter, key, result }) => {
  const out = new Uint32Array(2);
  threefry2x32(key[0], key[1], counter[0], counter[1], out);
  expect([...out]).toEqual([...result]);
});
