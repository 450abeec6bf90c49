import type { Dialect } from './dialect.ts';
import { javascript } from './javascript.ts';
import { gpujsFunction, helperTable } from './helpers.ts';
import { randomInHalves } from './halves.ts';

/**
 * Mode `webasm`: gpu.js makes a WebAssembly module. Numbers are singles; its transcendental functions are JavaScript's,
 * rounded. Variables cannot hold 32-bit integers.
 */
const call =
  (name: string) =>
  (...args: readonly string[]): string =>
    `${name}(${args.join(', ')})`;
const infix =
  (operator: string) =>
  (a: string, b: string): string =>
    `${a} ${operator} ${b}`;

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
  folded: (name) => name,
  helper: helperTable(scalarHelpers, randomInHalves),
};
