/**
 * Threefry-2x32 with 20 rounds, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel Random Numbers:
 * As Easy as 1, 2, 3" (SC'11). The same key and counter give the same 64 bits on every backend, in any order.
 */
const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;
const PARITY = 0x1bd11bda;

/**
 * Encrypts one counter block: out[0], out[1] = Threefry2x32-20(key, counter). All words are unsigned 32-bit integers.
 */
export const threefry2x32 = (key0: number, key1: number, counter0: number, counter1: number, out: Uint32Array): void => {
  const key2 = PARITY ^ key0 ^ key1;
  let x0 = (counter0 + key0) | 0;
  let x1 = (counter1 + key1) | 0;
  for (let group = 0; group < 5; group++) {
    const first = (group & 1) << 2;
    for (let round = first; round < first + 4; round++) {
      const turn = ROTATIONS[round]!;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << turn) | (x1 >>> (32 - turn))) ^ x0;
    }
    // After each four rounds a rotated key word and the group's number are injected.
    const next = (group + 1) % 3;
    x0 = (x0 + (next === 0 ? key0 : next === 1 ? key1 : key2)) | 0;
    x1 = (x1 + (next === 0 ? key1 : next === 1 ? key2 : key0) + group + 1) | 0;
  }
  out[0] = x0;
  out[1] = x1;
};
