import { expansions, type Expansion, type MachinePrimitive, type Primitive } from '@nalu/core/kernels';
import type { Dialect, Expression } from './dialect.ts';
import { printExpansion, type ExpansionLanguage } from './expansion.ts';
import { javascript } from './javascript.ts';
import { gpujsFunction, helperTable } from './helpers.ts';
import { randomInHalves } from './halves.ts';

/**
 * Mode `webasm`: gpu.js makes a WebAssembly module, with SIMD where it calls nothing. Numbers are singles; transcendental
 * functions are JavaScript's, rounded, but those of every layer are core's, written out. Variables cannot hold 32-bit integers.
 */
const call =
  (name: string) =>
  (...args: readonly string[]): string =>
    `${name}(${args.join(', ')})`;
const infix =
  (operator: string) =>
  (a: string, b: string): string =>
    `${a} ${operator} ${b}`;

const mask = (condition: string): string => `(${condition}) ? 1 : 0`;

const primitives: { readonly [P in Exclude<Primitive, MachinePrimitive>]: Expression } = {
  add: infix('+'),
  sub: infix('-'),
  mul: infix('*'),
  div: infix('/'),
  neg: (a) => `(-${a})`,
  abs: call('Math.abs'),
  floor: call('Math.floor'),
  sqrt: call('Math.sqrt'),
  smaller: call('Math.min'),
  larger: call('Math.max'),
  where: (condition, a, b) => `(${condition} !== 0) ? ${a} : ${b}`,
  lt: (a, b) => mask(`${a} < ${b}`),
  le: (a, b) => mask(`${a} <= ${b}`),
  eq: (a, b) => mask(`${a} === ${b}`),
  and: call('Math.min'),
  or: call('Math.max'),
};

const language: ExpansionLanguage = {
  literal: javascript.literal,
  declare: (_, name, expression) => `const ${name} = ${expression};`,
  expression: (primitive) => (primitives as { readonly [name: string]: Expression })[primitive],
};

const writeOut =
  (expansion: Expansion) =>
  (name: string, args: readonly string[]): string => {
    const { lines, result } = printExpansion(expansion, language, args, `${name}x`);
    return [...lines, `const ${name} = ${result};`].join('\n');
  };

const scalarHelpers = [
  gpujsFunction(
    'naluRound',
    ['x'],
    `const size = Math.abs(x);
if (size < 8388608) {
  const nearest = (size + 8388608) - 8388608;
  if (x > 0) { return nearest; }
  if (x < 0) { return -nearest; }
}
return x;`,
  ),
  gpujsFunction(
    'naluPow',
    ['x', 'y'],
    `if (x < 0) { return Math.sqrt(x); }
return Math.pow(Math.abs(x), y);`,
  ),
];

export const webassembly: Dialect = {
  ...javascript,
  ops: {
    ...javascript.ops,
    exp: call('Math.exp'),
    expm1: call('Math.expm1'),
    log: call('Math.log'),
    log1p: call('Math.log1p'),
    sqrt: call('Math.sqrt'),
    reciprocal: (a) => `1 / ${a}`,
    sin: call('Math.sin'),
    cos: call('Math.cos'),
    tanh: call('Math.tanh'),
    // Where e⁻ˣ overflows the result is denormal.
    sigmoid: (a) => `1 / (1 + Math.exp(-${a}))`,
    softplus: (a) => `Math.max(${a}, 0) + Math.log1p(Math.exp(-Math.abs(${a})))`,
    add: infix('+'),
    sub: infix('-'),
    mul: infix('*'),
    div: infix('/'),
    pow: call('naluPow'),
  },
  writtenOut: {
    exp: writeOut(expansions.exp),
    sigmoid: writeOut(expansions.sigmoid),
    tanh: writeOut(expansions.tanh),
  },
  folded: (name) => name,
  helper: helperTable(scalarHelpers, randomInHalves),
};
