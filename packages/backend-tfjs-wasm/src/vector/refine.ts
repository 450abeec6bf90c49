import type { Expansion, Primitive, PrimitiveStatement } from '@nalu/core/kernels';

/** Core's primitives, and what vectors have besides. `significand` is x·2^−exponent(x), for normal x. */
export type VectorPrimitive = Primitive | 'significand';

export interface VectorStatement {
  readonly name: string;
  readonly primitive: VectorPrimitive;
  readonly args: readonly (number | string)[];
}

/** An expansion as it is written for vectors. */
export interface VectorExpansion {
  readonly params: readonly string[];
  readonly body: readonly VectorStatement[];
  readonly result: number | string;
  /** How often each name is read. */
  readonly uses: ReadonlyMap<string, number>;
}

const statementOf = ({ body }: Expansion, arg: number | string | undefined): PrimitiveStatement | undefined =>
  body.find(({ name }) => name === arg);

const isSignificand = (expansion: Expansion, { primitive, args: [x, n] }: PrimitiveStatement): boolean => {
  const minus = primitive === 'scale' ? statementOf(expansion, n) : undefined;
  const exponent = minus?.primitive === 'neg' ? statementOf(expansion, minus.args[0]) : undefined;
  return exponent?.primitive === 'exponent' && exponent.args[0] === x;
};

const keepsNaN: ReadonlySet<Primitive> = new Set<Primitive>(['add', 'sub', 'mul', 'div']);
/** pmin and pmax give their first operand where they cannot compare. */
const keepsFirstNaN: ReadonlySet<Primitive> = new Set<Primitive>(['smaller', 'larger', 'scale', 'neg', 'abs', 'floor', 'sqrt']);

/** The names whose value is NaN wherever that of `source` is. */
const nanWith = ({ body }: Expansion, source: string): ReadonlySet<string> => {
  const found = new Set<number | string>([source]);
  for (const { name, primitive, args } of body) {
    const [a, b, c] = args.map((arg) => found.has(arg)) as [boolean, boolean?, boolean?];
    const isNaNToo =
      (keepsNaN.has(primitive) && (a || b)) || (keepsFirstNaN.has(primitive) && a) || (primitive === 'where' && b && c);
    if (isNaNToo) found.add(name);
  }
  return found as ReadonlySet<string>;
};

/** where(isNaN(x), x, y), for a y that is NaN wherever x is, is y. Returns y. */
const withoutTest = (
  expansion: Expansion,
  { primitive, args: [mask, x, y] }: PrimitiveStatement,
): number | string | undefined => {
  const test = primitive === 'where' ? statementOf(expansion, mask) : undefined;
  const isTest = test?.primitive === 'isNaN' && test.args[0] === x;
  return isTest && nanWith(expansion, x as string).has(y as string) ? y : undefined;
};

const refine = (expansion: Expansion): VectorExpansion => {
  const replaced = new Map<number | string, number | string>();
  const replace = (arg: number | string): number | string => replaced.get(arg) ?? arg;
  const all: VectorStatement[] = [];
  for (const statement of expansion.body) {
    const { name, primitive, args } = statement;
    const same = withoutTest(expansion, statement);
    if (same !== undefined) replaced.set(name, replace(same));
    else if (isSignificand(expansion, statement)) all.push({ name, primitive: 'significand', args: [replace(args[0]!)] });
    else all.push({ name, primitive, args: args.map(replace) });
  }
  const result = replace(expansion.result);
  const uses = new Map<string, number>();
  const use = (arg: number | string): void => {
    if (typeof arg === 'string') uses.set(arg, (uses.get(arg) ?? 0) + 1);
  };
  use(result);
  const body: VectorStatement[] = [];
  for (const statement of all.reverse()) {
    if (!uses.has(statement.name)) continue;
    statement.args.forEach(use);
    body.unshift(statement);
  }
  return { params: expansion.params, body, result, uses };
};

const refined = new WeakMap<Expansion, VectorExpansion>();

/** An expansion without what vectors do not need. */
export const forVectors = (expansion: Expansion): VectorExpansion => {
  const known = refined.get(expansion) ?? refine(expansion);
  refined.set(expansion, known);
  return known;
};
