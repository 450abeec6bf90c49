import { fixed, offsetOf, plus, sizeOf, times, variable, type Affine, type NodeOf } from '@nalu/core/graph';
import { at, elementText, type MemoryPlace, type Scope } from './values.ts';

const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;

/** Threefry-2x32 with 20 rounds, unrolled: w0, w1 ← the block of (counter, 0) under the key k0, k1. */
const threefry = (counter: string): readonly string[] => {
  const keys = ['k0', 'k1', 'k2'] as const;
  const lines = [`w0 = (${counter} + k0) | 0; w1 = k1;`];
  for (let group = 0; group < 5; group++) {
    const first = (group & 1) * 4;
    for (const turn of ROTATIONS.slice(first, first + 4))
      lines.push(`w0 = (w0 + w1) | 0; w1 = ((w1 << ${turn}) | (w1 >>> ${32 - turn})) ^ w0;`);
    const next = (group + 1) % 3;
    lines.push(`w0 = (w0 + ${keys[next]}) | 0; w1 = (w1 + ${keys[(next + 1) % 3]} + ${group + 1}) | 0;`);
  }
  return lines;
};

/** Uniform numbers: the key is folded once per batch element, then every block gives two numbers. */
export const writeRandom = (scope: Scope, node: NodeOf<'randomUniform'>, place: MemoryPlace): readonly string[] => {
  const [key] = node.inputs;
  const { shape } = scope.plan.graph.nodes[key!]!;
  const components = shape.at(-1)!;
  const count = sizeOf(node.attrs.shape);
  const batch = shape.slice(0, -1);
  const position = batch.map((length, axis): Affine => (length === 1 ? fixed(0) : variable(`b${axis}`, length)));
  const open = batch.flatMap((length, axis) =>
    length === 1 ? [] : [`for (let b${axis} = 0; b${axis} < ${length}; b${axis}++) {`],
  );
  const first = times(offsetOf({ shape: batch, axes: position }), count);
  const component = (i: Affine): string => elementText(scope, key!, { shape, axes: [...position, i] });
  const fold = (element: string): readonly string[] => [...threefry(element), 'k0 = w0; k1 = w1; k2 = 0x1bd11bda ^ k0 ^ k1;'];
  const folds =
    components <= 16
      ? Array.from({ length: components }, (_, i) => fold(component(fixed(i)))).flat()
      : [`for (let k = 0; k < ${components}; k++) {`, ...fold(component(variable('k', components))), '}'];
  const number = (word: string): string => `(${word} >>> 8) * 5.960464477539063e-8`;
  const out = (offset: Affine): string => at(place, plus(first, offset));
  const pair = variable('c', count >> 1);
  const pairs =
    count < 2
      ? []
      : [
          `for (let c = 0; c < ${count >> 1}; c++) {`,
          ...threefry('c'),
          `${out(times(pair, 2))} = ${number('w0')};`,
          `${out(plus(times(pair, 2), fixed(1)))} = ${number('w1')};`,
          '}',
        ];
  const odd = count % 2 === 1 ? [...threefry(String(count >> 1)), `${out(fixed(count - 1))} = ${number('w0')};`] : [];
  return [
    ...open,
    '{',
    'let k0 = 0; let k1 = 0; let k2 = 0x1bd11bda; let w0 = 0; let w1 = 0;',
    ...folds,
    ...pairs,
    ...odd,
    '}',
    ...open.map(() => '}'),
  ];
};
