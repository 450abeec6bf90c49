import { fixed, offsetOf, plus, sizeOf, times, variable, type Affine, type NodeOf } from '@nalu/core/graph';
import { openLoop } from './nest.ts';
import { at, elementText, type MemoryPlace, type Scope } from './values.ts';

const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;

/** The two words of a block in the making. */
type Words = readonly [string, string];

const FIRST: Words = ['w0', 'w1'];
const SECOND: Words = ['w2', 'w3'];

/** Threefry-2x32 with 20 rounds, unrolled: the words become the block of (counter, 0) under the key k0, k1. */
const threefry = (counter: string, [a, b]: Words): readonly string[] => {
  const keys = ['k0', 'k1', 'k2'] as const;
  const lines = [`${a} = (${counter} + k0) | 0; ${b} = k1;`];
  for (let group = 0; group < 5; group++) {
    const first = (group & 1) * 4;
    for (const turn of ROTATIONS.slice(first, first + 4)) {
      lines.push(`${a} = (${a} + ${b}) | 0; ${b} = ((${b} << ${turn}) | (${b} >>> ${32 - turn})) ^ ${a};`);
    }
    const next = (group + 1) % 3;
    lines.push(`${a} = (${a} + ${keys[next]}) | 0; ${b} = (${b} + ${keys[(next + 1) % 3]} + ${group + 1}) | 0;`);
  }
  return lines;
};

const number = (word: string): string => `(${word} >>> 8) * 5.960464477539063e-8`;

/** Two blocks side by side: each alone is one long chain, and the processor overlaps two. */
const twoBlocks = (one: string, two: string): readonly string[] => {
  const second = threefry(two, SECOND);
  return threefry(one, FIRST).flatMap((line, i) => [line, second[i]!]);
};

/** `count` numbers from the key in k0, k1: block i gives numbers 2i and 2i + 1. */
const writeNumbers = (count: number, out: (position: Affine) => string): readonly string[] => {
  const store = (first: Affine, words: readonly string[]): readonly string[] =>
    words.map((word, i) => `${out(plus(first, fixed(i)))} = ${number(word)};`);
  const fours = count >> 2;
  const loop = [
    openLoop('c', fours),
    ...twoBlocks('c * 2', 'c * 2 + 1'),
    ...store(times(variable('c', fours), 4), [...FIRST, ...SECOND]),
    '}',
  ];
  const rest = count - 4 * fours;
  const tail = [0, 2].flatMap((start) => {
    if (start >= rest) return [];
    return [...threefry(String(2 * fours + start / 2), FIRST), ...store(fixed(4 * fours + start), FIRST.slice(0, rest - start))];
  });
  return [...(fours > 0 ? loop : []), ...tail];
};

/** Uniform numbers: the key is folded once per batch element. */
export const writeRandom = (scope: Scope, node: NodeOf<'randomUniform'>, place: MemoryPlace): readonly string[] => {
  const [key] = node.inputs;
  const { shape } = scope.plan.graph.nodes[key!]!;
  const components = shape.at(-1)!;
  const count = sizeOf(node.attrs.shape);
  const batch = shape.slice(0, -1);
  const position = batch.map((length, axis): Affine => (length === 1 ? fixed(0) : variable(`b${axis}`, length)));
  const open = batch.flatMap((length, axis) => (length === 1 ? [] : [openLoop(`b${axis}`, length)]));
  const first = times(offsetOf({ shape: batch, axes: position }), count);
  const component = (i: Affine): string => elementText(scope, key!, { shape, axes: [...position, i] });
  const fold = (element: string): readonly string[] => [
    ...threefry(element, FIRST),
    'k0 = w0; k1 = w1; k2 = 0x1bd11bda ^ k0 ^ k1;',
  ];
  const folds =
    components <= Math.max(1, scope.program.settings.small)
      ? Array.from({ length: components }, (_, i) => fold(component(fixed(i)))).flat()
      : [openLoop('k', components), ...fold(component(variable('k', components))), '}'];
  const variables = ['k0 = 0', 'k1 = 0', 'k2 = 0x1bd11bda', ...[...FIRST, ...SECOND].map((word) => `${word} = 0`)];
  return [
    ...open,
    '{',
    ...variables.map((each) => `let ${each};`),
    ...folds,
    ...writeNumbers(count, (offset) => at(place, plus(first, offset))),
    '}',
    ...open.map(() => '}'),
  ];
};
