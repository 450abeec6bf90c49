import { primitives, type Expansion, type Primitive, type PrimitiveStatement } from '../../src/numerics/primitives.ts';

/** How a machine computes in single precision. */
export interface Machine {
  readonly name: string;
  /** Denormals count as zero, everywhere. */
  readonly flush: boolean;
  /** Sums fuse with a product that goes into them. */
  readonly fuse: boolean;
  /**
   * Divisions are 2 ulp (of an exactly rounded result) too large, too small or anything between, and 0 for divisors above 2¹²⁶;
   * square roots 4 ulp: all that WGSL promises.
   */
  readonly division: 'exact' | 'up' | 'down' | 'anyhow';
  /** Expansions of primitives that it takes instead of its own. */
  readonly expanded?: { readonly [P in Primitive]?: Expansion };
}

const floats = new Float32Array(1);
const bits = new Uint32Array(floats.buffer);

const bitsOf = (x: number): number => {
  floats[0] = x;
  return bits[0]!;
};

export const fromBits = (pattern: number): number => {
  bits[0] = pattern;
  return floats[0]!;
};

/** The number `steps` single-precision numbers further from zero. */
const stepped = (x: number, steps: number): number => {
  const size = Math.abs(x);
  return size > 1e-37 && size < 1e38 ? fromBits(bitsOf(x) + steps) : x;
};

/** Wrong by `steps` single-precision numbers; 0 for large divisors, whose reciprocals are denormal. */
const division =
  (steps: (() => number) | undefined) =>
  (a: number, b: number): number => {
    if (steps === undefined) return a / b;
    return stepped(Math.abs(b) > 2 ** 126 ? a / Infinity : a / b, steps());
  };

/** Wrong by twice as many. */
const squareRoot =
  (steps: (() => number) | undefined) =>
  (x: number): number =>
    steps === undefined ? Math.sqrt(x) : stepped(Math.sqrt(x), 2 * steps());

let seed = 1;
const wobble = (): number => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor(seed / 2 ** 32 / 0.2) - 2;
};

const wrongBy: { readonly [K in Machine['division']]: (() => number) | undefined } = {
  exact: undefined,
  up: () => 2,
  down: () => -2,
  anyhow: wobble,
};

const mathematics: { readonly [P in Primitive]: string } = {
  add: '$0 + $1',
  sub: '$0 - $1',
  mul: '$0 * $1',
  div: 'divide($0, $1)',
  neg: '-$0',
  abs: 'Math.abs($0)',
  floor: 'Math.floor($0)',
  sqrt: 'root($0)',
  // A NaN gives the other number, as most hardware does.
  smaller: '$1 < $0 || $0 !== $0 ? $1 : $0',
  larger: '$0 < $1 || $0 !== $0 ? $1 : $0',
  where: '$0 !== 0 ? $1 : $2',
  lt: '$0 < $1 ? 1 : 0',
  le: '$0 <= $1 ? 1 : 0',
  eq: '$0 === $1 ? 1 : 0',
  and: '$0 & $1',
  or: '$0 | $1',
  exponent: '((bitsOf($0) >>> 23) & 255) - 127',
  scale: '$0 * 2 ** $1',
  high: 'fromBits(bitsOf($0) & 0xfffff000)',
  isNaN: '$0 !== $0 ? 1 : 0',
  isFinite: 'Number.isFinite($0) ? 1 : 0',
  isNegative: 'bitsOf($0) >>> 31',
};

/** An expansion as a JavaScript function that computes as the machine does. */
export const compile = (expansion: Expansion, machine: Machine): ((...args: readonly number[]) => number) => {
  const helpers = Object.entries(machine.expanded ?? {}).map(
    ([name, definition]) => [name, compile(definition, { ...machine, expanded: {} })] as const,
  );
  const helperNames = new Set(helpers.map(([name]) => name));
  const products = new Map<string, PrimitiveStatement>();
  const show = (arg: number | string): string => (typeof arg === 'number' ? (Object.is(arg, -0) ? '-0' : `(${arg})`) : arg);
  /** A product, in double precision exact; anything else by its name. */
  const unrounded = (arg: number | string): string => {
    const product = typeof arg === 'string' ? products.get(arg) : undefined;
    return product === undefined ? show(arg) : `(${product.args.map(show).join(' * ')})`;
  };
  const line = (statement: PrimitiveStatement): string => {
    const { name, primitive, args } = statement;
    if (args.length !== primitives[primitive].arity) throw new Error(`${primitive} does not take ${args.length} operands`);
    if (primitive === 'mul') products.set(name, statement);
    const fuses = machine.fuse && (primitive === 'add' || primitive === 'sub');
    // One product can be fused: the second operand's, if it is one.
    const second = fuses ? unrounded(args[1]!) : '';
    const shown = fuses ? (second === show(args[1]!) ? [unrounded(args[0]!), second] : [show(args[0]!), second]) : args.map(show);
    const value = helperNames.has(primitive)
      ? `helpers.${primitive}(${shown.join(', ')})`
      : mathematics[primitive].replaceAll(/\$(\d)/g, (_, k: string) => shown[Number(k)]!);
    return primitives[primitive].mask ? `const ${name} = ${value};` : `let ${name} = ${rounded(name, value)}`;
  };
  /** Rounding to single precision; a denormal becomes a zero of its sign. */
  const rounded = (name: string, value: string): string =>
    `Math.fround(${value});${machine.flush ? ` if (${name} < 2 ** -126 && ${name} > -(2 ** -126)) ${name} *= 0;` : ''}`;
  const inputs = expansion.params.map((name) => `${name} = ${rounded(name, name)}`);
  const source = [...inputs, ...expansion.body.map(line), `return ${show(expansion.result)};`].join('\n');
  const make = new Function(
    ...['divide', 'root', 'bitsOf', 'fromBits', 'helpers'],
    `return (${expansion.params.join(', ')}) => {\n${source}\n};`,
  );
  const steps = wrongBy[machine.division];
  return make(division(steps), squareRoot(steps), bitsOf, fromBits, Object.fromEntries(helpers)) as (
    ...args: readonly number[]
  ) => number;
};
