import { foldKey, seedComponents } from '@nalu/core/backend';
import { STREAMS, type Batch } from '../data.ts';
import type { Workload } from '../workloads.ts';

const PARITY = 0x1bd11bda;
const UNIT = 2 ** -24;

/**
 * `drawBatch` for two inputs and one output as a hand-written loop: the same numbers, a block of the generator for each row,
 * with Threefry's twenty rounds written out. About four times as fast in V8 as a call for each block.
 */
export const pairDraw = (workload: Workload, step: number, { x, y }: Batch): void => {
  const { members, seed } = workload;
  const rows = workload.batch;
  const low = Math.fround(workload.range[0]);
  const width = Math.fround(workload.range[1] - workload.range[0]);
  for (let member = 0; member < members; member++) {
    const key = foldKey([...seedComponents(seed), member, STREAMS.batch, step]);
    // As signed words: unsigned ones do not fit V8's small integers, and every addition would be one of doubles.
    const key0 = key[0] | 0;
    const key1 = key[1] | 0;
    const key2 = PARITY ^ key0 ^ key1;
    const start = member * rows;
    for (let row = 0; row < rows; row++) {
      let a = (row + key0) | 0;
      let b = key1;
      a = (a + b) | 0;
      b = ((b << 13) | (b >>> 19)) ^ a;
      a = (a + b) | 0;
      b = ((b << 15) | (b >>> 17)) ^ a;
      a = (a + b) | 0;
      b = ((b << 26) | (b >>> 6)) ^ a;
      a = (a + b) | 0;
      b = ((b << 6) | (b >>> 26)) ^ a;
      a = (a + key1) | 0;
      b = (b + key2 + 1) | 0;
      a = (a + b) | 0;
      b = ((b << 17) | (b >>> 15)) ^ a;
      a = (a + b) | 0;
      b = ((b << 29) | (b >>> 3)) ^ a;
      a = (a + b) | 0;
      b = ((b << 16) | (b >>> 16)) ^ a;
      a = (a + b) | 0;
      b = ((b << 24) | (b >>> 8)) ^ a;
      a = (a + key2) | 0;
      b = (b + key0 + 2) | 0;
      a = (a + b) | 0;
      b = ((b << 13) | (b >>> 19)) ^ a;
      a = (a + b) | 0;
      b = ((b << 15) | (b >>> 17)) ^ a;
      a = (a + b) | 0;
      b = ((b << 26) | (b >>> 6)) ^ a;
      a = (a + b) | 0;
      b = ((b << 6) | (b >>> 26)) ^ a;
      a = (a + key0) | 0;
      b = (b + key1 + 3) | 0;
      a = (a + b) | 0;
      b = ((b << 17) | (b >>> 15)) ^ a;
      a = (a + b) | 0;
      b = ((b << 29) | (b >>> 3)) ^ a;
      a = (a + b) | 0;
      b = ((b << 16) | (b >>> 16)) ^ a;
      a = (a + b) | 0;
      b = ((b << 24) | (b >>> 8)) ^ a;
      a = (a + key1) | 0;
      b = (b + key2 + 4) | 0;
      a = (a + b) | 0;
      b = ((b << 13) | (b >>> 19)) ^ a;
      a = (a + b) | 0;
      b = ((b << 15) | (b >>> 17)) ^ a;
      a = (a + b) | 0;
      b = ((b << 26) | (b >>> 6)) ^ a;
      a = (a + b) | 0;
      b = ((b << 6) | (b >>> 26)) ^ a;
      a = (a + key2) | 0;
      b = (b + key0 + 5) | 0;
      const x0 = Math.fround(low + Math.fround(width * ((a >>> 8) * UNIT)));
      const x1 = Math.fround(low + Math.fround(width * ((b >>> 8) * UNIT)));
      const to = start + row;
      x[2 * to] = x0;
      x[2 * to + 1] = x1;
      y[to] = x0 * x1;
    }
  }
};
