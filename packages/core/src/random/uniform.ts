import { threefry2x32 } from './threefry.ts';

/** Key components are whole numbers below this: both precisions hold them exactly. */
export const KEY_LIMIT: number = 2 ** 24;

const block = new Uint32Array(2);

/**
 * Folds the components of a key, one after the other, into Threefry's two key words: k ← Threefry(k, [component, 0]),
 * from k = [0, 0]. A key is a list of whole numbers below 2²⁴, so a graph builds it with `concat`.
 */
export const foldKey = (components: ArrayLike<number>): readonly [number, number] => {
  let key0 = 0;
  let key1 = 0;
  for (let i = 0; i < components.length; i++) {
    threefry2x32(key0, key1, components[i]!, 0, block);
    key0 = block[0]!;
    key1 = block[1]!;
  }
  return [key0, key1];
};

/**
 * Fills `out` with uniform numbers in [0, 1): out[2i], out[2i+1] = (bits >>> 8)·2⁻²⁴ of the block with counter [i, 0].
 * Every number is a multiple of 2⁻²⁴, so single and double precision hold the same value.
 */
export const fillUniform = (components: ArrayLike<number>, out: Float32Array | Float64Array): void => {
  const [key0, key1] = foldKey(components);
  const count = out.length;
  for (let i = 0; i < count; i += 2) {
    threefry2x32(key0, key1, i >>> 1, 0, block);
    out[i] = (block[0]! >>> 8) * 2 ** -24;
    if (i + 1 < count) out[i + 1] = (block[1]! >>> 8) * 2 ** -24;
  }
};

/** The seed as key components: 48 bits in two parts of 24. */
export const seedComponents = (seed: number): readonly [number, number] => [
  Math.floor(seed / KEY_LIMIT) % KEY_LIMIT,
  seed % KEY_LIMIT,
];

/**
 * `count` uniform numbers in [0, 1) for one member of a population, on the host. Key: seed, member, stream, step.
 * The same call in a graph is `randomUniform` with the same four components.
 */
export const uniform = (seed: number, member: number, stream: number, step: number, count: number): Float32Array => {
  const out = new Float32Array(count);
  fillUniform([...seedComponents(seed), member, stream, step], out);
  return out;
};
