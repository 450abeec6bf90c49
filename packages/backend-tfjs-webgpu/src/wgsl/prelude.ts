import { expansions } from '@nalu/core/kernels';
import { expansionFunction } from './expansion.ts';

/** Functions that kernels may use, by name. */
const written: { readonly [name: string]: string } = {
  nanBits: 'var<private> nanBits: u32 = 0x7fc00000u;',
  infinityBits: 'var<private> infinityBits: u32 = 0x7f800000u;',
  isNan: 'fn isNan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }',
  isFiniteNumber: 'fn isFiniteNumber(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) < 0x7f800000u; }',
  isNegative: 'fn isNegative(x: f32) -> bool { return bitcast<u32>(x) >= 0x80000000u; }',
  highBits: 'fn highBits(x: f32) -> f32 { return bitcast<f32>(bitcast<u32>(x) & 0xfffff000u); }',
  exponentOf: 'fn exponentOf(x: f32) -> f32 { return f32((bitcast<u32>(x) >> 23u) & 255u) - 127f; }',
  scaled: `fn powerOfTwo(n: i32) -> f32 { return bitcast<f32>(u32(n + 127) << 23u); }
fn scaled(x: f32, n: f32) -> f32 {
  let whole = i32(n);
  let half = whole / 2;
  return x * powerOfTwo(half) * powerOfTwo(whole - half);
}`,
  isNonZero: 'fn isNonZero(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) != 0u; }',
  direction: `fn direction(x: f32) -> f32 {
  let one = bitcast<f32>((bitcast<u32>(x) & 0x80000000u) | 0x3f800000u);
  return select(x, one, isNonZero(x) && !isNan(x));
}`,
  /** Whole numbers in the order of the numbers; −0 comes before 0. Comparisons of numbers may take denormals for zero. */
  order: `fn order(x: f32) -> i32 {
  let bits = bitcast<i32>(x);
  return bits ^ ((bits >> 31u) & 0x7fffffff);
}`,
  minimum: `fn minimum(a: f32, b: f32) -> f32 {
  let smaller = select(b, a, isNan(a) || order(a) < order(b));
  return select(smaller, b, isNan(b));
}`,
  maximum: `fn maximum(a: f32, b: f32) -> f32 {
  let larger = select(b, a, isNan(a) || order(a) > order(b));
  return select(larger, b, isNan(b));
}`,
  toIndex: `fn toIndex(x: f32, extent: i32) -> i32 {
  let inside = min(i32(clamp(floor(x), 0f, f32(extent - 1))), extent - 1);
  return select(inside, 0, isNan(x));
}`,
  threefry: `fn turned(x: u32, by: u32) -> u32 { return (x << by) | (x >> (32u - by)); }
fn mixed(x: vec2<u32>, by: u32) -> vec2<u32> {
  let sum = x.x + x.y;
  return vec2<u32>(sum, turned(x.y, by) ^ sum);
}
fn fourRounds(x: vec2<u32>, by: vec4<u32>) -> vec2<u32> {
  return mixed(mixed(mixed(mixed(x, by.x), by.y), by.z), by.w);
}
fn threefry(key: vec2<u32>, counter: vec2<u32>) -> vec2<u32> {
  let third = 0x1bd11bdau ^ key.x ^ key.y;
  let even = vec4<u32>(13u, 15u, 26u, 6u);
  let odd = vec4<u32>(17u, 29u, 16u, 24u);
  var x = counter + key;
  x = fourRounds(x, even) + vec2<u32>(key.y, third + 1u);
  x = fourRounds(x, odd) + vec2<u32>(third, key.x + 2u);
  x = fourRounds(x, even) + vec2<u32>(key.x, key.y + 3u);
  x = fourRounds(x, odd) + vec2<u32>(key.y, third + 4u);
  return fourRounds(x, even) + vec2<u32>(third, key.x + 5u);
}`,
  keyed: 'fn keyed(key: vec2<u32>, component: f32) -> vec2<u32> { return threefry(key, vec2<u32>(u32(component), 0u)); }',
  uniformAt: `fn uniformAt(key: vec2<u32>, at: i32) -> f32 {
  let words = threefry(key, vec2<u32>(u32(at) >> 1u, 0u));
  return f32(select(words.x, words.y, (at & 1) == 1) >> 8u) * 5.9604644775390625e-8f;
}`,
};

/** Core's functions: `expOf` and so on. */
const expanded: { readonly [name: string]: string } = Object.fromEntries(
  Object.entries(expansions).map(([op, expansion]) => [`${op}Of`, expansionFunction(`${op}Of`, expansion)]),
);

const prelude: { readonly [name: string]: string } = { ...written, ...expanded };

/** The functions that a source calls, and those that they call, each before it is used. */
export const preludeFor = (source: string): string => {
  const included = new Set<string>();
  const include = (text: string, own: string): void => {
    for (const name of new Set(text.match(/[A-Za-z]\w*/g))) {
      if (name === own || !Object.hasOwn(prelude, name) || included.has(name)) continue;
      include(prelude[name]!, name);
      included.add(name);
    }
  };
  include(source, '');
  return [...included].map((name) => prelude[name]!).join('\n');
};
