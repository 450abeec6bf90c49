import type { HelperFunction } from './dialect.ts';
import { gpujsFunction, keyParameters, randomName } from './helpers.ts';

/** Key word two of Threefry starts from this: 0x1bd11bda. */
const PARITY = [0x1bd1, 0x1bda] as const;

/** One round: x0 ← x0 + x1, x1 ← (x1 turned left) ^ x0. `even` and `odd` are the turns of even and odd groups. */
const round = (even: number, odd: number): string => `    low = x0l + x1l;
    x0h = (x0h + x1h + ((low > 65535) ? 1 : 0)) & 65535;
    x0l = low & 65535;
    turn = (odd > 0) ? ${odd % 16} : ${even % 16};
    swap = (odd > 0) ? ${odd >= 16 ? 1 : 0} : ${even >= 16 ? 1 : 0};
    high = (swap > 0) ? x1l : x1h;
    low = (swap > 0) ? x1h : x1l;
    x1h = (((high << turn) | (low >> (16 - turn))) & 65535) ^ x0h;
    x1l = (((low << turn) | (high >> (16 - turn))) & 65535) ^ x0l;`;

/**
 * Threefry-2x32 with 20 rounds where variables hold single-precision numbers only: every word as two halves of 16 bits,
 * which are exact, and so are their sums.
 */
export const randomInHalves = (length: number): HelperFunction =>
  gpujsFunction(
    randomName(length),
    keyParameters(length),
    `let k0h = 0;
let k0l = 0;
let k1h = 0;
let k1l = 0;
let x0h = 0;
let x0l = 0;
let x1h = 0;
let x1l = 0;
let low = 0;
let high = 0;
let turn = 0;
let swap = 0;
for (let block = 0; block < ${length + 1}; block++) {
  let c = Math.floor(at * 0.5);
${Array.from({ length }, (_, i) => `  if (block === ${i}) { c = c${i}; }`).join('\n')}
  const k2h = (${PARITY[0]} ^ k0h) ^ k1h;
  const k2l = (${PARITY[1]} ^ k0l) ^ k1l;
  const ch = Math.floor(c / 65536);
  low = (c - ch * 65536) + k0l;
  x0h = (ch + k0h + ((low > 65535) ? 1 : 0)) & 65535;
  x0l = low & 65535;
  x1h = k1h;
  x1l = k1l;
  for (let group = 0; group < 5; group++) {
    const odd = group & 1;
${[round(13, 17), round(15, 29), round(26, 16), round(6, 24)].join('\n')}
    let next = group + 1;
    if (next > 2) { next = next - 3; }
    const ah = (next === 0) ? k0h : ((next === 1) ? k1h : k2h);
    const al = (next === 0) ? k0l : ((next === 1) ? k1l : k2l);
    const bh = (next === 0) ? k1h : ((next === 1) ? k2h : k0h);
    const bl = (next === 0) ? k1l : ((next === 1) ? k2l : k0l);
    low = x0l + al;
    x0h = (x0h + ah + ((low > 65535) ? 1 : 0)) & 65535;
    x0l = low & 65535;
    low = x1l + bl + group + 1;
    x1h = (x1h + bh + ((low > 65535) ? 1 : 0)) & 65535;
    x1l = low & 65535;
  }
  k0h = x0h;
  k0l = x0l;
  k1h = x1h;
  k1l = x1l;
}
const half = Math.floor(at * 0.5);
if (at - 2 * half < 0.5) { return (x0h * 256 + (x0l >> 8)) * ${2 ** -24}; }
return (x1h * 256 + (x1l >> 8)) * ${2 ** -24};`,
  );
