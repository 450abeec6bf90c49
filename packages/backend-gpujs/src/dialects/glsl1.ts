import type { Dialect } from './dialect.ts';
import { keyParameters, randomName } from './helpers.ts';
import { shaderDialect, type ShaderLanguage } from './shader.ts';

const define = (name: string, parameters: readonly string[], body: string): string =>
  `float ${name}(${parameters.map((parameter) => `float ${parameter}`).join(', ')}) {\n${body}\n}`;

const call = (name: string, ...args: readonly string[]): string => `${name}(${args.join(', ')})`;

/** Exclusive or of whole numbers below 2¹⁶, bit by bit: this language has neither bits nor exact integers beyond 2¹⁶. */
const XOR = define(
  'naluXor',
  ['a', 'b'],
  `float left = a;
float right = b;
float result = 0.0;
float bit = 1.0;
for (int k = 0; k < 16; k++) {
float p = floor(left * 0.5);
float q = floor(right * 0.5);
float odd = abs((left - 2.0 * p) - (right - 2.0 * q));
result = result + odd * bit;
left = p;
right = q;
bit = bit * 2.0;
}
return result;`,
);

/**
 * x = (x0, x1) with each word as two halves of 16 bits: (x0 high, x0 low, x1 high, x1 low). Sums are exact. What is turned out of
 * a half is taken off before the product: compilers may sum in any order (Mesa does), so nothing may pass 2²⁴ on the way.
 */
const ROUND = `vec4 naluRound2(vec4 x, float factor, bool swap) {
float low = x.y + x.w;
float carry = low >= 65536.0 ? 1.0 : 0.0;
low = low - carry * 65536.0;
float high = x.x + x.z + carry;
high = high >= 65536.0 ? high - 65536.0 : high;
float a = swap ? x.w : x.z;
float b = swap ? x.z : x.w;
float over = floor(a * factor / 65536.0);
float under = floor(b * factor / 65536.0);
float turnedHigh = (a - over * (65536.0 / factor)) * factor + under;
float turnedLow = (b - under * (65536.0 / factor)) * factor + over;
return vec4(high, low, naluXor(turnedHigh, high), naluXor(turnedLow, low));
}`;

const ADD = `vec2 naluAdd2(vec2 a, vec2 b) {
float low = a.y + b.y;
float carry = low >= 65536.0 ? 1.0 : 0.0;
float high = a.x + b.x + carry;
return vec2(high >= 65536.0 ? high - 65536.0 : high, low - carry * 65536.0);
}`;

/**
 * A turn by r bits is a product with 2^(r mod 16), and swapped halves from 16 on: 13, 15, 26 and 6 bits in even groups, 17, 29,
 * 16 and 24 in odd ones. The words of the key take turns.
 */
const THREEFRY = `vec4 naluThreefry(vec4 key, float counter) {
vec2 first = key.zw;
vec2 second = vec2(naluXor(naluXor(7121.0, key.x), key.z), naluXor(naluXor(7130.0, key.y), key.w));
vec2 third = key.xy;
float top = floor(counter / 65536.0);
vec4 x = vec4(naluAdd2(vec2(top, counter - top * 65536.0), key.xy), key.zw);
for (int group = 0; group < 5; group++) {
bool odd = group == 1 || group == 3;
x = naluRound2(x, odd ? 2.0 : 8192.0, odd);
x = naluRound2(x, odd ? 8192.0 : 32768.0, odd);
x = naluRound2(x, odd ? 1.0 : 1024.0, true);
x = naluRound2(x, odd ? 256.0 : 64.0, odd);
x = vec4(naluAdd2(x.xy, first), naluAdd2(x.zw, naluAdd2(second, vec2(0.0, float(group) + 1.0))));
vec2 word = first;
first = second;
second = third;
third = word;
}
return x;
}`;

const language: ShaderLanguage = {
  define,
  declare: (type, name, expression) => `${type === 'mask' ? 'bool' : 'float'} ${name} = ${expression};`,
  pick: (condition, yes, no) => `(${condition} ? ${yes} : ${no})`,
  call,
  primitives: {},
  definitions: {
    naluInfinity: 'float naluInfinity() {\nfloat zero = 0.0;\nreturn 1.0 / zero;\n}',
    naluNotANumber: 'float naluNotANumber() {\nfloat zero = 0.0;\nreturn zero / zero;\n}',
    naluXor: XOR,
    naluRound2: ROUND,
    naluAdd2: ADD,
    naluThreefry: THREEFRY,
  },
  random: (length) =>
    define(
      randomName(length),
      keyParameters(length),
      [
        'float block = floor(at * 0.5);',
        'vec4 key = vec4(0.0, 0.0, 0.0, 0.0);',
        `for (int part = 0; part < ${length + 1}; part++) {`,
        'float c = block;',
        ...Array.from({ length }, (_, i) => `if (part == ${i}) { c = c${i}; }`),
        'key = naluThreefry(key, c);',
        '}',
        'vec2 word = at - 2.0 * block > 0.5 ? key.zw : key.xy;',
        'return (word.x * 256.0 + floor(word.y / 256.0)) * 5.9604644775390625e-8;',
      ].join('\n'),
    ),
};

/** Mode `webgl`: GLSL ES 1.00 has numbers in single precision only. */
export const glsl1: Dialect = shaderDialect(language);
