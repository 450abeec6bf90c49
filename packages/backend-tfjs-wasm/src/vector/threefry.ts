import type { Code } from '../assembler/encoding.ts';
import { control, f32x4, global, i32x4, local, v128 } from '../assembler/instructions.ts';
import { integer } from './lanes.ts';
import { FunctionWriter, types, type ModuleWriter } from '../assembler/module.ts';

const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;

/** The parity word of Threefry's third key. */
export const PARITY = 0x1bd11bda;

const { v128: vector } = types;

/**
 * Threefry-2x32 with 20 rounds in four lanes, as a function (counters, key 0, key 1, key 2) → two words per counter: the blocks
 * of (counter, 0). Key 2 is PARITY ^ key 0 ^ key 1. Several counters are encrypted side by side, because each alone is one long
 * chain of instructions.
 */
const writeThreefry = (module: ModuleWriter, count: number): number => {
  const params = Array.from({ length: count + 3 }, () => vector);
  const writer = new FunctionWriter({ params, results: Array.from({ length: 2 * count }, () => vector) });
  const keys = [0, 1, 2].map((k) => local.get(count + k));
  const blocks = Array.from({ length: count }, () => [writer.local(vector), writer.local(vector)] as const);
  const body: number[] = [];
  const forEachBlock = (write: (a: number, b: number, x: Code, y: Code) => Code): void => {
    for (const [a, b] of blocks) body.push(...write(a, b, local.get(a), local.get(b)));
  };
  blocks.forEach(([a, b], i) => body.push(...local.set(a, i32x4.add(local.get(i), keys[0]!)), ...local.set(b, keys[1]!)));
  for (let group = 0; group < 5; group++) {
    const first = (group & 1) * 4;
    for (const turn of ROTATIONS.slice(first, first + 4)) {
      forEachBlock((a, b, x, y) => {
        const turned = v128.or(i32x4.shl(y, turn), i32x4.shrU(y, 32 - turn));
        return local.set(a, i32x4.add(x, y)).concat(local.set(b, v128.xor(turned, x)));
      });
    }
    const next = (group + 1) % 3;
    const injected = writer.local(vector);
    body.push(...local.set(injected, i32x4.add(keys[(next + 1) % 3]!, integer(writer, group + 1))));
    forEachBlock((a, b, x, y) => local.set(a, i32x4.add(x, keys[next]!)).concat(local.set(b, i32x4.add(y, local.get(injected)))));
    if (count > 1) forEachBlock((_, __, ___, y) => global.set(module.sink(), y));
  }
  forEachBlock((_, __, x, y) => x.concat(y));
  return module.add(writer, body);
};

/** Code that leaves Threefry's two words for each counter on the stack, the last on top. */
export const threefry = (module: ModuleWriter, counters: readonly Code[], keys: readonly Code[]): Code =>
  control.call(
    module.helper(`threefry ${counters.length}`, () => writeThreefry(module, counters.length)),
    [...counters, ...keys],
  );

/** (bits >>> 8)·2⁻²⁴ */
export const uniform = (scale: Code, words: Code): Code => f32x4.mul(f32x4.convertI32x4S(i32x4.shrU(words, 8)), scale);
