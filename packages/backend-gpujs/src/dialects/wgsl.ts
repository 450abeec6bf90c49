import type { Dialect } from './dialect.ts';
import { keyParameters, randomName } from './helpers.ts';
import { shaderDialect, type ShaderLanguage } from './shader.ts';

/** gpu.js calls a function f of a kernel's source as fn_f. */
const nameOf = (name: string): string => `fn_${name}`;

const define = (name: string, parameters: readonly string[], body: string): string =>
  `fn ${nameOf(name)}(${parameters.map((parameter) => `${parameter} : f32`).join(', ')}) -> f32 {\n${body}\n}`;

const call = (name: string, ...args: readonly string[]): string => `${nameOf(name)}(${args.join(', ')})`;

const bitsOf = (x: string): string => `bitcast<u32>(${x})`;

const THREEFRY = `fn fn_naluThreefry(k0 : u32, k1 : u32, counter : u32) -> vec2<u32> {
let keys = array<u32, 3>(k0, k1, 0x1bd11bdau ^ k0 ^ k1);
let turns = array<u32, 8>(13u, 15u, 26u, 6u, 17u, 29u, 16u, 24u);
var x0 = counter + k0;
var x1 = k1;
for (var group = 0u; group < 5u; group++) {
for (var k = 0u; k < 4u; k++) {
let turn = turns[(group % 2u) * 4u + k];
x0 = x0 + x1;
x1 = ((x1 << turn) | (x1 >> (32u - turn))) ^ x0;
}
x0 = x0 + keys[(group + 1u) % 3u];
x1 = x1 + keys[(group + 2u) % 3u] + group + 1u;
}
return vec2<u32>(x0, x1);
}`;

const language: ShaderLanguage = {
  define,
  declare: (type, name, expression) => `let ${name} : ${type === 'mask' ? 'bool' : 'f32'} = ${expression};`,
  pick: (condition, yes, no) => `select(${no}, ${yes}, ${condition})`,
  call,
  primitives: {
    exponent: (x) => `f32(i32((${bitsOf(x)} >> 23u) & 255u) - 127)`,
    scale: (x, n) => call('naluScale', x, n),
    high: (x) => `bitcast<f32>(${bitsOf(x)} & 0xfffff000u)`,
    isNaN: (x) => `((${bitsOf(x)} & 0x7fffffffu) > 0x7f800000u)`,
    isFinite: (x) => `((${bitsOf(x)} & 0x7f800000u) != 0x7f800000u)`,
    isNegative: (x) => `((${bitsOf(x)} >> 31u) == 1u)`,
  },
  definitions: {
    naluInfinity: 'fn fn_naluInfinity() -> f32 {\nvar bits = 0x7f800000u;\nreturn bitcast<f32>(bits);\n}',
    naluNotANumber: 'fn fn_naluNotANumber() -> f32 {\nvar bits = 0x7fc00000u;\nreturn bitcast<f32>(bits);\n}',
    naluScale: define(
      'naluScale',
      ['x', 'n'],
      `let first = clamp(n, -126.0, 127.0);
let second = clamp(n - first, -126.0, 127.0);
return (x * bitcast<f32>(u32(i32(first) + 127) << 23u)) * bitcast<f32>(u32(i32(second) + 127) << 23u);`,
    ),
    naluThreefry: THREEFRY,
  },
  // gpu.js reads through the sizes of three axes, which are in a uniform, and rounds and clamps the index. Below 2²³ a whole
  // number is the last bits of itself plus 2²³.
  element: (parameter) => `return user_${parameter}[bitcast<u32>(at + 8388608.0) & 0x7fffffu];`,
  random: (length) =>
    define(
      randomName(length),
      keyParameters(length),
      [
        'var key = vec2<u32>(0u, 0u);',
        ...Array.from({ length }, (_, i) => `key = fn_naluThreefry(key.x, key.y, u32(c${i}));`),
        'let position = u32(at);',
        'let words = fn_naluThreefry(key.x, key.y, position >> 1u);',
        'return f32(select(words.x, words.y, (position & 1u) == 1u) >> 8u) * 5.9604644775390625e-8;',
      ].join('\n'),
    ),
};

/** Mode `webgpu`. */
export const wgsl: Dialect = shaderDialect(language);
