import type { Expansion, Operand, Primitive } from '@nalu/core/kernels';
import { literal } from './literal.ts';

type Text = (...args: string[]) => string;

/** The primitives of core's functions as WGSL expressions. Masks are booleans. */
const primitives: { readonly [P in Primitive]: Text } = {
  add: (a, b) => `${a} + ${b}`,
  sub: (a, b) => `${a} - ${b}`,
  mul: (a, b) => `${a} * ${b}`,
  div: (a, b) => `${a} / ${b}`,
  neg: (x) => `-${x}`,
  abs: (x) => `abs(${x})`,
  floor: (x) => `floor(${x})`,
  sqrt: (x) => `sqrt(${x})`,
  smaller: (a, b) => `min(${a}, ${b})`,
  larger: (a, b) => `max(${a}, ${b})`,
  where: (mask, a, b) => `select(${b}, ${a}, ${mask})`,
  lt: (a, b) => `${a} < ${b}`,
  le: (a, b) => `${a} <= ${b}`,
  eq: (a, b) => `${a} == ${b}`,
  and: (a, b) => `${a} && ${b}`,
  or: (a, b) => `${a} || ${b}`,
  exponent: (x) => `exponentOf(${x})`,
  scale: (x, n) => `scaled(${x}, ${n})`,
  high: (x) => `highBits(${x})`,
  isNaN: (x) => `isNan(${x})`,
  isFinite: (x) => `isFiniteNumber(${x})`,
  isNegative: (x) => `isNegative(${x})`,
};

const operand = (value: Operand): string => (typeof value === 'number' ? literal(value) : value);

/** A function of core's as a WGSL function. */
export const expansionFunction = (name: string, { params, body, result }: Expansion): string =>
  [
    `fn ${name}(${params.map((param) => `${param}: f32`).join(', ')}) -> f32 {`,
    ...body.map((statement) => `  let ${statement.name} = ${primitives[statement.primitive](...statement.args.map(operand))};`),
    `  return ${operand(result)};`,
    '}',
  ].join('\n');
