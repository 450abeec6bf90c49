import { describe, expect, test } from 'vitest';
import { expansions, type ExpandedOp } from '../../src/numerics/expansions.ts';
import { portable } from '../../src/numerics/portable.ts';
import { primitives, primitivesOf, type Expansion } from '../../src/numerics/primitives.ts';
import { power, roundTiesToEven, sigmoid, sign, softplus } from '../../src/ops/scalar.ts';
import { compile, fromBits, type Machine } from './machines.ts';

const LARGEST = (2 - 2 ** -23) * 2 ** 127;
const MIN_NORMAL = 2 ** -126;

/** In double precision. */
const oracles: { readonly [K in ExpandedOp]: (a: number, b: number) => number } = {
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  sigmoid,
  softplus,
  pow: power,
  sqrt: Math.sqrt,
  div: (a, b) => a / b,
  round: roundTiesToEven,
  sign,
  min: Math.min,
  max: Math.max,
  isFinite: (x) => (Number.isFinite(x) ? 1 : 0),
};

const machines: readonly Machine[] = [
  { name: 'IEEE 754', flush: false, fuse: false, division: 'exact' },
  { name: 'fused', flush: false, fuse: true, division: 'exact' },
  { name: 'denormals are zero', flush: true, fuse: false, division: 'exact' },
  { name: 'denormals are zero, fused, divisions inexact', flush: true, fuse: true, division: 'anyhow' },
  { name: 'divisions too large', flush: false, fuse: false, division: 'up' },
  { name: 'divisions too small, fused', flush: false, fuse: true, division: 'down' },
  { name: 'no access to bits, denormals are zero', flush: true, fuse: false, division: 'exact', expanded: portable },
];

/** Machines that see every sample; the others see every fifth. */
const thorough: ReadonlySet<string> = new Set(['IEEE 754', 'denormals are zero, fused, divisions inexact']);

/** Evenly spread fractions of [0, 1), the same for the same seed (a Weyl sequence of the golden ratio). */
const spread = (count: number, seed: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => ((i + seed) * 0.618_033_988_749_894_9) % 1);

/** All exponents and signs; random bits; and where functions bend. */
const samples: readonly number[] = [
  ...spread(200, 1).flatMap((fraction) =>
    Array.from({ length: 254 }, (_, e) => fromBits(((e + 1) << 23) | Math.floor(fraction * 2 ** 23))).flatMap((x) => [x, -x]),
  ),
  ...spread(50_000, 2).map((fraction) => fromBits(Math.floor(fraction * 2 ** 32))),
  ...spread(60_000, 3).map((fraction) => Math.fround(40 * fraction - 20)),
  ...spread(60_000, 4).map((fraction) => Math.fround(3 * fraction - 1.5)),
].filter((x) => Math.abs(x) >= MIN_NORMAL);

const special: readonly number[] = [
  ...[0, 1e-45, 1e-40, MIN_NORMAL, 1e-20, 1e-8, 2 ** -24, 2 ** -23, 1e-3, 0.3, 0.5, 1, 1 + 2 ** -23, 1.5, 2, 2.5, 3.5, Math.PI],
  ...[10, 17, 87, 88.5, 88.72, 88.73, 89, 103, 104, 105, 106, 1e4, 2 ** 22 + 0.5, 2 ** 23 - 0.5, 2 ** 23, 2 ** 24, 1e10, 1e20],
  ...[2 ** 33, 2 ** 65, 2 ** 97, LARGEST, Infinity],
]
  .flatMap((x) => [x, -x])
  .concat(NaN)
  .map(Math.fround);

const ulpOf = (x: number): number => 2 ** (Math.max(Math.floor(Math.log2(Math.abs(x))), -126) - 23);

/** The error in ulp of the exact result; 0 where the contract lets the result underflow or overflow. */
const errorOf = (got: number, exact: number): number => {
  if (Object.is(got, exact) || got === exact) return 0;
  if (!Number.isFinite(exact)) return Infinity;
  const apart = Math.abs(got - exact);
  if (Math.abs(exact) < MIN_NORMAL) return apart <= Math.abs(exact) + 2 ** -149 ? 0 : Infinity;
  const ulp = ulpOf(exact);
  if (Math.abs(exact) + 4 * ulp >= LARGEST && got === Math.sign(exact) * Infinity) return 0;
  return Number.isNaN(apart) ? Infinity : apart / ulp;
};

type Inputs = readonly number[];

/** Both readings of denormal inputs. */
const readings = (inputs: Inputs): readonly Inputs[] =>
  inputs.reduce<readonly Inputs[]>(
    (all, x) =>
      all.flatMap((before) => (x !== 0 && Math.abs(x) < MIN_NORMAL ? [x, x < 0 ? -0 : 0] : [x]).map((y) => [...before, y])),
    [[]],
  );

/** Inputs with their exact results. */
interface Cases {
  readonly inputs: readonly Inputs[];
  readonly exact: Float64Array;
  /** One unit in the last place of each. */
  readonly ulps: Float64Array;
}

const casesOf = (op: ExpandedOp, inputs: readonly Inputs[]): Cases => {
  const exact = Float64Array.from(inputs, ([a, b]) => oracles[op](a!, b!));
  return { inputs, exact, ulps: exact.map(ulpOf) };
};

const worstOf = (
  op: ExpandedOp,
  machine: Machine,
  { inputs, exact, ulps }: Cases,
  stride = 1,
): { ulp: number; message: string } => {
  const run = compile(expansions[op], machine);
  let worst = { ulp: 0, message: '' };
  for (let i = 0; i < inputs.length; i += stride) {
    const [a, b] = inputs[i] as [number, number];
    const got = run(a, b);
    if (Math.abs(got - exact[i]!) <= worst.ulp * ulps[i]!) continue;
    const ulp = errorOf(got, exact[i]!);
    if (ulp > worst.ulp) worst = { ulp, message: `${op}(${inputs[i]!.join(', ')}) = ${got}, exactly ${exact[i]}: ${ulp} ulp` };
  }
  return worst;
};

const singles: readonly Inputs[] = samples.map((x) => [x]);

const pairs: readonly Inputs[] = samples.map((x, i) => [x, samples[(i * 7919) % samples.length]!]);

/** Exponents for which aᵇ is neither 0 nor infinite, and any others. */
const powers: readonly Inputs[] = pairs.map(([x, any], i) => {
  const a = Math.abs(x!);
  const reach = 150 / Math.abs(Math.log2(a) || 1);
  return [a, i % 8 === 0 ? any! : Math.fround((2 * ((i * Math.SQRT2) % 1) - 1) * reach)];
});

const binary: { readonly [K in ExpandedOp]?: readonly Inputs[] } = { pow: powers, div: pairs, min: pairs, max: pairs };

/** Ops that have to be exact. */
const exact: ReadonlySet<ExpandedOp> = new Set(['round', 'sign', 'min', 'max', 'isFinite'] as const);

/** What the op table leaves open. */
const isOpen = (op: ExpandedOp, a: number, b: number): boolean => op === 'pow' && b === 0 && !(a >= 0);

const names = Object.keys(expansions) as ExpandedOp[];

describe.each(names)('%s', (op) => {
  const cap = exact.has(op) ? 0 : 3;

  const cases = casesOf(op, binary[op] ?? singles);

  test.each(machines)(`stays within ${cap} ulp: $name`, (machine) => {
    const worst = worstOf(op, machine, cases, thorough.has(machine.name) ? 1 : 5);
    expect(worst.ulp > cap ? worst.message : 'within').toBe('within');
  });

  test.each(machines)('special values: $name', (machine) => {
    const run = compile(expansions[op], machine);
    const inputs = op in binary ? special.flatMap((a) => special.map((b) => [a, b])) : special.map((a) => [a]);
    const wrong = inputs.filter((values) => {
      const got = run(values[0]!, values[1]!);
      return !readings(values).some(([a, b]) => isOpen(op, a!, b!) || errorOf(got, oracles[op](a!, b!)) <= cap);
    });
    expect(wrong.map((values) => `${op}(${values.join(', ')}) = ${run(values[0]!, values[1]!)}`)).toEqual([]);
  });
});

test.each(['expm1', 'log1p', 'sin', 'tanh', 'round', 'sign'] as const)('%s keeps the sign of zeros', (op) => {
  const results = machines.map((machine) => [0, -0].map(compile(expansions[op], machine) as (x: number) => number));
  expect(results).toEqual(machines.map(() => [0, -0]));
});

/**
 * Single-precision numbers closest to multiples of π/2, as significand and exponent: from the convergents of the continued
 * fractions of 2ᵏ·2/π. The first is 1.6·10⁻⁹ away.
 */
const NEAR_MULTIPLES: readonly (readonly [number, number])[] = [
  ...([
    [16367173, 72],
    [10741887, 11],
    [16367173, 73],
    [10741887, 12],
    [16573937, -16],
    [16367173, 74],
  ] as const),
  ...([
    [10057457, 62],
    [11617958, 17],
    [9012376, 53],
    [10741887, 13],
    [16573937, -15],
    [14173733, 88],
  ] as const),
  ...([
    [10695401, 2],
    [9882596, -21],
    [14015064, 66],
    [16367173, 75],
    [10057457, 63],
    [8895696, 34],
  ] as const),
  ...([
    [11617958, 18],
    [9012376, 54],
    [10741887, 14],
    [13444207, -8],
    [12558490, 78],
    [16573937, -14],
  ] as const),
];

test.each(machines)('sin and cos near multiples of π/2: $name', (machine) => {
  const inputs = NEAR_MULTIPLES.flatMap(([significand, k]) => [[significand * 2 ** k], [-significand * 2 ** k]]);
  const worst = (['sin', 'cos'] as const).map((op) => worstOf(op, machine, casesOf(op, inputs)));
  expect(worst.filter(({ ulp }) => ulp > 3)).toEqual([]);
});

test('tanh and sigmoid stay in their ranges', () => {
  for (const machine of machines) {
    const [tanh, logistic] = [compile(expansions.tanh, machine), compile(expansions.sigmoid, machine)];
    expect(samples.filter((x, i) => i % 5 === 0 && (Math.abs(tanh(x)) > 1 || logistic(x) < 0 || logistic(x) > 1))).toEqual([]);
  }
});

/** Names are assigned once, before their use; masks and numbers do not mix; numbers are single-precision. */
const complaintsAbout = ({ params, body, result }: Expansion): readonly string[] => {
  const kinds = new Map<string, 'number' | 'mask'>(params.map((name) => [name, 'number']));
  const complaints: string[] = [];
  for (const { name, primitive, args } of body) {
    const { arity, mask } = primitives[primitive];
    const takes = (k: number): string =>
      primitive === 'and' || primitive === 'or' || (primitive === 'where' && k === 0) ? 'mask' : 'number';
    const kindOf = (arg: number | string): string | undefined => (typeof arg === 'number' ? 'number' : kinds.get(arg));
    if (args.length !== arity) complaints.push(`${name}: ${args.length} operands`);
    if (kinds.has(name)) complaints.push(`${name} is assigned twice`);
    args.forEach((arg, k) => {
      if (kindOf(arg) !== takes(k)) complaints.push(`${name}: operand ${k} is ${kindOf(arg)}`);
      if (typeof arg === 'number' && !Object.is(Math.fround(arg), arg))
        complaints.push(`${name}: ${arg} is no single-precision number`);
    });
    kinds.set(name, mask ? 'mask' : 'number');
  }
  if (!kinds.has(String(result))) complaints.push(`the result ${result} is nowhere assigned`);
  return complaints;
};

test.each([...Object.entries(expansions), ...Object.entries(portable)])('%s is well formed', (_, expansion) => {
  expect(complaintsAbout(expansion)).toEqual([]);
});

test('portable expansions use none of the primitives that they replace', () => {
  const used = Object.values(portable).flatMap((expansion) => [...primitivesOf(expansion)]);
  expect(used.filter((primitive) => primitive in portable)).toEqual([]);
});
