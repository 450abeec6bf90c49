import { expect, it } from 'vitest';
import { callingModule } from '../src/engines/callAll.ts';

/** (start: i32, end: i32, seed: i32): passes its arguments to the imported function. */
const recorder = (record: (start: number, end: number, seed: number) => void): unknown => {
  const bytes = Uint8Array.of(
    0,
    97,
    115,
    109,
    1,
    0,
    0,
    0,
    1,
    7,
    1,
    96,
    3,
    127,
    127,
    127,
    0,
    2,
    7,
    1,
    1,
    109,
    1,
    102,
    0,
    0,
    3,
    2,
    1,
    0,
    7,
    7,
    1,
    3,
    114,
    117,
    110,
    0,
    1,
    10,
    12,
    1,
    10,
    0,
    32,
    0,
    32,
    1,
    32,
    2,
    16,
    0,
    11,
  );
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { m: { f: record } }).exports['run'];
};

it('makes all calls, in order, whatever their number and however large their arguments', () => {
  const made: (readonly number[])[] = [];
  const wanted = Array.from({ length: 300 }, (_, i) => [i, [63, 64, 127, 128, 8191, 8192, 2 ** 24, 2 ** 31 - 1][i % 8]!, 0]);
  const calls = wanted.map(([start, end], i) => ({
    run: recorder((...args) => made.push([...args, i])),
    start: start!,
    end: end!,
  }));
  const runs = Object.fromEntries(calls.map(({ run }, i) => [i, run]));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(callingModule(calls)), { run: runs as never });
  (exports['all'] as () => void)();
  expect(made).toEqual(wanted.map((args, i) => [...args, i]));
});
