import {
  expansions,
  type Expansion,
  type ExpandedOp,
  type MachinePrimitive,
  type Primitive,
  type ScalarOp,
} from '@nalu/core/kernels';
import type { Dialect, Expression, HelperFunction } from './dialect.ts';
import { printExpansion, type ExpansionLanguage } from './expansion.ts';
import { elementName, helperName, helperTable, keyParameters, parameterIn, randomName, subscript } from './helpers.ts';

/** What tells the languages of shaders apart, as far as this backend writes them. Everything is text. */
export interface ShaderLanguage {
  /** A function of numbers whose body ends with a `return`. */
  define(name: string, parameters: readonly string[], body: string): string;
  /** A name that is assigned once. */
  declare(type: 'number' | 'mask', name: string, expression: string): string;
  /** One of two numbers; both may be computed. */
  pick(condition: string, yes: string, no: string): string;
  /** How a helper is called from within a helper. */
  call(name: string, ...args: readonly string[]): string;
  /** Primitives that the language has access to bits for; those that it lacks are taken from core's portable expansions. */
  readonly primitives: { readonly [P in Primitive]?: Expression };
  /** Helpers of the language's own, by name: `infinity`, `notANumber` and what `primitives` call. */
  readonly definitions: { readonly [name: string]: string };
  /** The body of a function that reads element `at` of a parameter, where that is better than what gpu.js writes. */
  readonly element?: (parameter: string) => string;
  /** The function that draws number `at` of the stream of a key of so many components. */
  random(length: number): string;
}

/** A literal of a shader: finite, with a decimal point. */
const shaderLiteral = (value: number, { call }: ShaderLanguage): string => {
  const single = Math.fround(value);
  if (Number.isNaN(single)) return call('naluNotANumber');
  if (!Number.isFinite(single)) return single > 0 ? call('naluInfinity') : `(-${call('naluInfinity')})`;
  const digits = String(Math.abs(single));
  const text = /[.e]/.test(digits) ? digits : `${digits}.0`;
  return single < 0 || Object.is(single, -0) ? `(-${text})` : text;
};

const infixText =
  (operator: string): Expression =>
  (a, b) =>
    `(${a} ${operator} ${b})`;

const common: { readonly [P in Exclude<Primitive, MachinePrimitive | 'where'>]: Expression } = {
  add: infixText('+'),
  sub: infixText('-'),
  mul: infixText('*'),
  div: infixText('/'),
  neg: (a) => `(-${a})`,
  abs: (a) => `abs(${a})`,
  floor: (a) => `floor(${a})`,
  sqrt: (a) => `sqrt(${a})`,
  smaller: (a, b) => `min(${a}, ${b})`,
  larger: (a, b) => `max(${a}, ${b})`,
  lt: infixText('<'),
  le: infixText('<='),
  eq: infixText('=='),
  and: infixText('&&'),
  or: infixText('||'),
};

const expressionOf = (primitive: Primitive, { pick, primitives }: ShaderLanguage): Expression | undefined => {
  if (primitive === 'where') return pick as Expression;
  return primitives[primitive] ?? (common as { readonly [name: string]: Expression })[primitive];
};

const expanded = (name: string, expansion: Expansion, language: ShaderLanguage): string => {
  const text: ExpansionLanguage = {
    literal: (value) => shaderLiteral(value, language),
    declare: language.declare,
    expression: (primitive) => expressionOf(primitive, language),
  };
  const { lines, result } = printExpansion(expansion, text, expansion.params, '');
  return language.define(name, expansion.params, [...lines, `return ${result};`].join('\n'));
};

interface Definition {
  readonly parameters: readonly string[];
  readonly expression: (language: ShaderLanguage) => string;
}

const mask =
  (condition: string) =>
  ({ pick }: ShaderLanguage): string =>
    pick(condition, '1.0', '0.0');

const definitions: { readonly [name: string]: Definition } = {
  naluLt: { parameters: ['a', 'b'], expression: mask('a < b') },
  naluLe: { parameters: ['a', 'b'], expression: mask('a <= b') },
  naluEq: { parameters: ['a', 'b'], expression: mask('a == b') },
  naluWhere: { parameters: ['c', 'a', 'b'], expression: ({ pick }) => pick('c != 0.0', 'a', 'b') },
  naluFloor: { parameters: ['x'], expression: () => 'floor(x)' },
  naluWithin: { parameters: ['x', 'n'], expression: mask('x >= 0.0 && x < n') },
  naluClampedIndex: { parameters: ['x', 'n'], expression: () => 'clamp(x, 0.0, n - 1.0)' },
  // Division may be off by a unit or two: one more look at the remainder, which is exact.
  naluQuotient: {
    parameters: ['a', 'b'],
    expression: ({ pick }) => {
      const q = 'floor(a / b)';
      const rest = `(a - ${q} * b)`;
      return pick(`${rest} < 0.0`, `(${q} - 1.0)`, pick(`${rest} >= b`, `(${q} + 1.0)`, q));
    },
  },
  naluTableIndex: {
    parameters: ['x', 'n'],
    expression: ({ pick }) => pick('x >= 0.0', pick('x < n', 'floor(x)', '(n - 1.0)'), '0.0'),
  },
};

const exceeds: Definition = {
  parameters: ['a', 'b'],
  expression: ({ pick, primitives: { isNaN } }) => {
    const unordered = isNaN ?? ((x) => `!(${x} <= 0.0 || ${x} > 0.0)`);
    return pick(unordered('a'), pick(unordered('b'), '0.0', '1.0'), pick('a > b', '1.0', '0.0'));
  },
};

const call =
  (name: string): Expression =>
  (...args) =>
    `${helperName(name)}(${args.join(', ')})`;
const infix =
  (operator: string): Expression =>
  (a, b) =>
    `${a} ${operator} ${b}`;

/** Ops as gpu.js's JavaScript. */
const ops: { readonly [K in ScalarOp]: Expression } = {
  neg: (a) => `(-${a})`,
  abs: (a) => `Math.abs(${a})`,
  sign: call('sign'),
  exp: call('exp'),
  expm1: call('expm1'),
  log: call('log'),
  log1p: call('log1p'),
  sqrt: call('sqrt'),
  reciprocal: (a) => `naluDiv(1, ${a})`,
  sin: call('sin'),
  cos: call('cos'),
  tanh: call('tanh'),
  sigmoid: call('sigmoid'),
  softplus: call('softplus'),
  floor: call('floor'),
  round: call('round'),
  isFinite: call('isFinite'),
  add: infix('+'),
  sub: infix('-'),
  mul: infix('*'),
  div: call('div'),
  pow: call('pow'),
  min: call('min'),
  max: call('max'),
  lt: call('lt'),
  le: call('le'),
  eq: call('eq'),
  where: call('where'),
};

/** The helpers that a text calls, by name. */
const calledIn = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(/\b(?:fn_)?(nalu[A-Z]\w*)\(/g)].map(([, name]) => name!)),
];

/** A dialect whose helpers are written in the language of shaders. */
export const shaderDialect = (language: ShaderLanguage): Dialect => {
  const native = (name: string, parameters: readonly string[], source: string): HelperFunction => ({
    name,
    parameters,
    source,
    language: 'native',
    calls: calledIn(source).filter((called) => called !== name),
  });
  const helpers = [
    ...Object.entries({ ...definitions, naluExceeds: exceeds }).map(([name, { parameters, expression }]) =>
      native(name, parameters, language.define(name, parameters, `return ${expression(language)};`)),
    ),
    ...(Object.entries(expansions) as [ExpandedOp, Expansion][]).map(([op, expansion]) =>
      native(helperName(op), expansion.params, expanded(helperName(op), expansion, language)),
    ),
    ...Object.entries(language.definitions).map(([name, source]) => native(name, [], source)),
  ];
  const { element } = language;
  const table = helperTable(helpers, (length) => native(randomName(length), keyParameters(length), language.random(length)));
  const elementHelper = (name: string): HelperFunction | undefined => {
    const parameter = parameterIn(name);
    if (parameter === undefined || element === undefined) return undefined;
    return native(name, ['at'], language.define(name, ['at'], element(parameter)));
  };
  const quotient = (a: string, by: number): string => `naluQuotient(${a}, ${by})`;
  return {
    convertsCounters: true,
    element: element === undefined ? subscript : (parameter, index) => `${elementName(parameter)}(${index})`,
    literal: (value) => {
      const single = Math.fround(value);
      if (Number.isNaN(single)) return 'naluNotANumber()';
      if (!Number.isFinite(single)) return single > 0 ? 'naluInfinity()' : '(-naluInfinity())';
      return single < 0 || Object.is(single, -0) ? `(-${Math.abs(single)})` : String(single);
    },
    ops,
    folds: { add: infix('+'), mul: infix('*') },
    folded: (name) => name,
    exceeds: (value, largest) => `naluExceeds(${value}, ${largest}) > 0`,
    within: (at, length) => `naluWithin(${at}, ${length})`,
    clampedIndex: (at, extent) => `naluClampedIndex(${at}, ${extent})`,
    tableIndex: (value, extent) => `naluTableIndex(${value}, ${extent})`,
    random: (key, at) => `${randomName(key.length)}(${[...key, at].join(', ')})`,
    quotient,
    remainder: (a, by) => `((${a}) - ${quotient(a, by)} * ${by})`,
    helper: (name) => elementHelper(name) ?? table(name),
  };
};
