import type { Dialect } from './dialect.ts';
import { gpujsFunction, helperTable, keyParameters, randomName, subscript } from './helpers.ts';

/**
 * Mode `cpu`: gpu.js makes a JavaScript loop. Numbers are doubles there, so every op is rounded to single precision as if it
 * had been stored; sums and products accumulate in double precision.
 */
const rounded = (expression: string): string => `Math.fround(${expression})`;
const call =
  (name: string) =>
  (...args: readonly string[]): string =>
    rounded(`${name}(${args.join(', ')})`);
const infix =
  (operator: string) =>
  (a: string, b: string): string =>
    rounded(`${a} ${operator} ${b}`);
const mask =
  (operator: string) =>
  (a: string, b: string): string =>
    `(${a} ${operator} ${b}) ? 1 : 0`;

const scalarHelpers = [
  gpujsFunction(
    'naluRound',
    ['x'],
    `const nearest = Math.round(x);
if (Math.abs(x % 1) === 0.5 && nearest % 2 !== 0) { return nearest - 1; }
return nearest;`,
  ),
  gpujsFunction(
    'naluPow',
    ['x', 'y'],
    `if (x < 0) { return Math.sqrt(x); }
return Math.pow(Math.abs(x), y);`,
  ),
];

/** Threefry-2x32 with 20 rounds in 32-bit integers. */
const random = (length: number) =>
  gpujsFunction(
    randomName(length),
    keyParameters(length),
    `let k0 = 0;
let k1 = 0;
let x0 = 0;
let x1 = 0;
for (let block = 0; block < ${length + 1}; block++) {
  let c = Math.floor(at / 2);
${Array.from({ length }, (_, i) => `  if (block === ${i}) { c = c${i}; }`).join('\n')}
  const k2 = 466688986 ^ k0 ^ k1;
  x0 = (c + k0) | 0;
  x1 = k1;
  for (let group = 0; group < 5; group++) {
    const odd = group & 1;
    let turn = odd ? 17 : 13;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << turn) | (x1 >>> (32 - turn))) ^ x0;
    turn = odd ? 29 : 15;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << turn) | (x1 >>> (32 - turn))) ^ x0;
    turn = odd ? 16 : 26;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << turn) | (x1 >>> (32 - turn))) ^ x0;
    turn = odd ? 24 : 6;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << turn) | (x1 >>> (32 - turn))) ^ x0;
    const next = (group + 1) % 3;
    x0 = (x0 + (next === 0 ? k0 : (next === 1 ? k1 : k2))) | 0;
    x1 = (x1 + (next === 0 ? k1 : (next === 1 ? k2 : k0)) + group + 1) | 0;
  }
  k0 = x0;
  k1 = x1;
}
if (at % 2 === 0) { return (x0 >>> 8) * ${2 ** -24}; }
return (x1 >>> 8) * ${2 ** -24};`,
  );

export const javascript: Dialect = {
  convertsCounters: false,
  element: subscript,
  literal: (value) => {
    const single = Math.fround(value);
    if (Number.isNaN(single)) return '(0 / 0)';
    if (!Number.isFinite(single)) return single > 0 ? '(1 / 0)' : '(-1 / 0)';
    return single < 0 || Object.is(single, -0) ? `(-${Math.abs(single)})` : String(single);
  },
  ops: {
    neg: (a) => `(-${a})`,
    abs: (a) => `Math.abs(${a})`,
    sign: (a) => `(${a} > 0) ? 1 : ((${a} < 0) ? -1 : ${a})`,
    exp: call('Math.exp'),
    expm1: call('Math.expm1'),
    log: call('Math.log'),
    log1p: call('Math.log1p'),
    sqrt: call('Math.sqrt'),
    reciprocal: (a) => rounded(`1 / ${a}`),
    sin: call('Math.sin'),
    cos: call('Math.cos'),
    tanh: call('Math.tanh'),
    // Where e⁻ˣ overflows the result is below all numbers.
    sigmoid: (a) => rounded(`1 / (1 + Math.exp(-${a}))`),
    softplus: (a) => rounded(`Math.max(${a}, 0) + Math.log1p(Math.exp(-Math.abs(${a})))`),
    floor: (a) => `Math.floor(${a})`,
    round: (a) => `naluRound(${a})`,
    isFinite: (a) => `(${a} - ${a} === 0) ? 1 : 0`,
    add: infix('+'),
    sub: infix('-'),
    mul: infix('*'),
    div: infix('/'),
    pow: call('naluPow'),
    min: (a, b) => `Math.min(${a}, ${b})`,
    max: (a, b) => `Math.max(${a}, ${b})`,
    lt: mask('<'),
    le: mask('<='),
    eq: mask('==='),
    where: (condition, a, b) => `(${condition} !== 0) ? ${a} : ${b}`,
  },
  folds: { add: (sum, value) => `${sum} + ${value}`, mul: (product, value) => `${product} * ${value}` },
  folded: rounded,
  exceeds: (value, largest) => `${value} > ${largest} || (${value} !== ${value} && ${largest} === ${largest})`,
  within: (at, length) => `(${at} >= 0 && ${at} < ${length}) ? 1 : 0`,
  clampedIndex: (at, extent) => `(${at} < 0) ? 0 : ((${at} >= ${extent}) ? ${extent - 1} : (${at}))`,
  tableIndex: (value, extent) => `(${value} >= 0) ? ((${value} < ${extent}) ? Math.floor(${value}) : ${extent - 1}) : 0`,
  random: (key, at) => `${randomName(key.length)}(${[...key, at].join(', ')})`,
  quotient: (a, by) => `Math.floor((${a}) / ${by})`,
  remainder: (a, by) => `((${a}) % ${by})`,
  helper: helperTable(scalarHelpers, random),
};
