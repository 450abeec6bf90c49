import type { Dialect } from './dialect.ts';
import { keyParameters, randomName } from './helpers.ts';
import { shaderDialect, type ShaderLanguage } from './shader.ts';

const define = (name: string, parameters: readonly string[], body: string): string =>
  `float ${name}(${parameters.map((parameter) => `float ${parameter}`).join(', ')}) {\n${body}\n}`;

const call = (name: string, ...args: readonly string[]): string => `${name}(${args.join(', ')})`;

const bitsOf = (x: string): string => `floatBitsToUint(${x})`;

const THREEFRY = `uvec2 naluThreefry(uint k0, uint k1, uint counter) {
uint keys[3] = uint[3](k0, k1, 0x1bd11bdau ^ k0 ^ k1);
uint turns[8] = uint[8](13u, 15u, 26u, 6u, 17u, 29u, 16u, 24u);
uint x0 = counter + k0;
uint x1 = k1;
for (uint group = 0u; group < 5u; group++) {
for (uint k = 0u; k < 4u; k++) {
uint turn = turns[(group % 2u) * 4u + k];
x0 = x0 + x1;
x1 = ((x1 << turn) | (x1 >> (32u - turn))) ^ x0;
}
x0 = x0 + keys[(group + 1u) % 3u];
x1 = x1 + keys[(group + 2u) % 3u] + group + 1u;
}
return uvec2(x0, x1);
}`;

const language: ShaderLanguage = {
  define,
  declare: (type, name, expression) => `${type === 'mask' ? 'bool' : 'float'} ${name} = ${expression};`,
  pick: (condition, yes, no) => `(${condition} ? ${yes} : ${no})`,
  call,
  primitives: {
    exponent: (x) => `float(int((${bitsOf(x)} >> 23u) & 255u) - 127)`,
    scale: (x, n) => call('naluScale', x, n),
    high: (x) => `uintBitsToFloat(${bitsOf(x)} & 0xfffff000u)`,
    isNaN: (x) => `((${bitsOf(x)} & 0x7fffffffu) > 0x7f800000u)`,
    isFinite: (x) => `((${bitsOf(x)} & 0x7f800000u) != 0x7f800000u)`,
    isNegative: (x) => `((${bitsOf(x)} >> 31u) == 1u)`,
  },
  definitions: {
    naluInfinity: 'float naluInfinity() {\nreturn uintBitsToFloat(0x7f800000u);\n}',
    naluNotANumber: 'float naluNotANumber() {\nreturn uintBitsToFloat(0x7fc00000u);\n}',
    naluScale: define(
      'naluScale',
      ['x', 'n'],
      `float first = clamp(n, -126.0, 127.0);
float second = clamp(n - first, -126.0, 127.0);
return (x * uintBitsToFloat(uint(int(first) + 127) << 23u)) * uintBitsToFloat(uint(int(second) + 127) << 23u);`,
    ),
    naluThreefry: THREEFRY,
  },
  random: (length) =>
    define(
      randomName(length),
      keyParameters(length),
      [
        'uvec2 key = uvec2(0u, 0u);',
        ...Array.from({ length }, (_, i) => `key = naluThreefry(key.x, key.y, uint(c${i}));`),
        'uint position = uint(at);',
        'uvec2 words = naluThreefry(key.x, key.y, position >> 1u);',
        'return float(((position & 1u) == 1u ? words.y : words.x) >> 8u) * 5.9604644775390625e-8;',
      ].join('\n'),
    ),
};

/** Mode `webgl2`: GLSL ES 3.00 has 32-bit integers and access to bits. */
export const glsl3: Dialect = shaderDialect(language);
