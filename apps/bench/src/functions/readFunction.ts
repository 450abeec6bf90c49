/** What a function may be about. */
const names = ['a', 'b', 'c', 'd'] as const;

/** A function that somebody typed. */
export interface TypedFunction {
  readonly text: string;
  /** The names that it uses, in order. */
  readonly inputs: readonly string[];
  /** In double precision; operands in the order of `inputs`. */
  readonly evaluate: (...operands: number[]) => number;
}

/** A function that cannot be read: what is wrong, where, and what to do. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
}

/** Characters: brackets in brackets without end would fill the stack. */
const LONGEST = 1000;

type Values = ReadonlyMap<string, number>;
type Node = (values: Values) => number;

const functions: ReadonlyMap<string, (value: number) => number> = new Map([
  ['sqrt', Math.sqrt],
  ['abs', Math.abs],
  ['exp', Math.exp],
  ['log', Math.log],
  ['sin', Math.sin],
  ['cos', Math.cos],
  ['tanh', Math.tanh],
]);

/** Signs as people write them. */
const plain: { readonly [sign: string]: string } = { '−': '-', '·': '*', '×': '*', '÷': '/', '²': '^2', '³': '^3' };

/** A number, a word, or a sign. */
const pattern = /\s*(?:((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)|([a-z]+)|(\*\*|[-+*/^()])|(\S))/giu;

interface Token {
  readonly kind: 'number' | 'word' | 'sign';
  readonly text: string;
}

const tokensOf = (text: string): readonly Token[] =>
  [...text.replace(/[−·×÷²³]/gu, (sign) => plain[sign]!).matchAll(pattern)].map(([, number, word, sign, other]): Token => {
    if (number !== undefined) return { kind: 'number', text: number };
    if (word !== undefined) return { kind: 'word', text: word.toLowerCase() };
    if (sign !== undefined) return { kind: 'sign', text: sign === '**' ? '^' : sign };
    throw new FunctionError(`“${other}” means nothing in a function.`);
  });

const operators: { readonly [sign: string]: (left: number, right: number) => number } = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
};

const known = `The inputs are ${names.join(', ')}; the functions are ${[...functions.keys()].join(', ')}`;

/**
 * Reads a function of a, b, c and d with + − · / ^, brackets and some functions: `2*a + sqrt(b)`, `a² − b`. Nothing of it is run as
 * code.
 *
 * @throws FunctionError
 */
export const readFunction = (text: string): TypedFunction => {
  if (text.length > LONGEST)
    throw new FunctionError(`A function has at most ${LONGEST} characters; this one has ${text.length}. Shorten it.`);
  const tokens = tokensOf(text);
  const used = new Set<string>();
  let at = 0;

  const isNext = (...signs: readonly string[]): boolean => {
    const next = tokens[at];
    return next?.kind === 'sign' && signs.includes(next.text);
  };
  const before = (): string => (at === 0 ? 'At the beginning' : `After “${tokens[at - 1]!.text}”`);

  /** Operands with signs between them, from left to right. */
  const chain = (operand: () => Node, ...signs: readonly string[]): Node => {
    let left = operand();
    while (isNext(...signs)) {
      const [first, operate] = [left, operators[tokens[at++]!.text]!];
      const second = operand();
      left = (values) => operate(first(values), second(values));
    }
    return left;
  };
  const sum = (): Node => chain(product, '+', '-');
  const product = (): Node => chain(signed, '*', '/');
  const signed = (): Node => {
    if (!isNext('-', '+')) return power();
    const isNegative = tokens[at++]!.text === '-';
    const value = signed();
    return isNegative ? (values) => -value(values) : value;
  };
  /** −a² is −(a²), and a^b^c is a^(b^c). */
  const power = (): Node => {
    const base = atom();
    if (!isNext('^')) return base;
    at += 1;
    const exponent = signed();
    return (values) => base(values) ** exponent(values);
  };
  const bracket = (): Node => {
    at += 1;
    const value = sum();
    if (!isNext(')')) throw new FunctionError('A bracket is not closed.');
    at += 1;
    return value;
  };
  const atom = (): Node => {
    if (isNext('(')) return bracket();
    const next = tokens[at];
    if (next === undefined || next.kind === 'sign') throw new FunctionError(`${before()} a number or an input is missing.`);
    at += 1;
    if (next.kind === 'number') {
      const value = Number(next.text);
      return () => value;
    }
    const f = functions.get(next.text);
    if (f !== undefined) {
      if (!isNext('(')) throw new FunctionError(`After “${next.text}” a bracket is missing: ${next.text}(a).`);
      const value = bracket();
      return (values) => f(value(values));
    }
    if (!names.some((name) => name === next.text)) throw new FunctionError(`There is no “${next.text}”. ${known}.`);
    used.add(next.text);
    return (values) => values.get(next.text)!;
  };

  const value = sum();
  if (isNext(')')) throw new FunctionError('There is a bracket too many.');
  if (at < tokens.length) throw new FunctionError(`${before()} a sign is missing: write a*b for a product.`);
  if (used.size === 0) throw new FunctionError('It is about nothing: use at least one of a, b, c and d.');
  const inputs = names.filter((name) => used.has(name));
  return { text: text.trim(), inputs, evaluate: (...operands) => value(new Map(inputs.map((name, i) => [name, operands[i]!]))) };
};
