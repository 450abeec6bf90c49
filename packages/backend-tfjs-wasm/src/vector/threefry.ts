import type { Code } from '../assembler/encoding.ts';
import { control, f32x4, i32x4, local, v128 } from '../assembler/instructions.ts';
import { integer } from './lanes.ts';
import { FunctionWriter, types, type ModuleWriter } from '../assembler/module.ts';

const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;

/** The parity word of Threefry's third key. */
export const PARITY = 0x1bd11bda;

const { v128: vector } = types;

/**
 * Threefry-2x32 with 20 rounds in four lanes, as a function (counter, key 0, key 1, key 2) → two words: the blocks of
 * (counter, 0). Key 2 is PARITY ^ key 0 ^ key 1.
 */
const writeThreefry = (module: ModuleWriter): number => {
  const writer = new FunctionWriter({ params: [vector, vector, vector, vector], results: [vector, vector] });
  const [counter, ...keys] = [0, 1, 2, 3].map(local.get) as [Code, Code, Code, Code];
  const [a, b] = [writer.local(vector), writer.local(vector)];
  const [x, y] = [local.get(a), local.get(b)];
  const body = [...local.set(a, i32x4.add(counter, keys[0]!)), ...local.set(b, keys[1]!)];
  for (let group = 0; group < 5; group++) {
    const first = (group & 1) * 4;
    for (const turn of ROTATIONS.slice(first, first + 4)) {
      body.push(
        ...local.set(a, i32x4.add(x, y)),
        ...local.set(b, v128.xor(v128.or(i32x4.shl(y, turn), i32x4.shrU(y, 32 - turn)), x)),
      );
    }
    const next = (group + 1) % 3;
    const injected = i32x4.add(keys[(next + 1) % 3]!, integer(writer, group + 1));
    body.push(...local.set(a, i32x4.add(x, keys[next]!)), ...local.set(b, i32x4.add(y, injected)));
  }
  return module.add(writer, [...body, ...x, ...y]);
};

/** Code that leaves Threefry's two words on the stack, the second on top. */
export const threefry = (module: ModuleWriter, operands: readonly Code[]): Code =>
  control.call(
    module.helper('threefry', () => writeThreefry(module)),
    operands,
  );

/** (bits >>> 8)·2⁻²⁴ */
export const uniform = (scale: Code, words: Code): Code => f32x4.mul(f32x4.convertI32x4S(i32x4.shrU(words, 8)), scale);
