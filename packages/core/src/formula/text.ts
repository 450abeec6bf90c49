import { childrenOf, type CallExpr, type Expr, type FunctionName } from './expression.ts';
import { numeral } from './numeral.ts';
import { ATOM, POWER, print, PRODUCT, type Notation, type Printed } from './print.ts';

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const PLAIN_NAME = /^[\p{L}_][\p{L}\p{Nd}_]*$/u;

const group = (text: string): string => `(${text})`;
const atom = ({ text, level }: Printed): string => (level === ATOM ? text : group(text));

const comparisons: { readonly [K in FunctionName]?: string } = { lt: '<', le: '≤', eq: '=' };

const containsAbs = (expr: Expr): boolean => (expr.kind === 'call' && expr.name === 'abs') || childrenOf(expr).some(containsAbs);

const condition = (mask: Expr, text: string): string =>
  mask.kind === 'call' && comparisons[mask.name] !== undefined ? text.slice(1, -1) : `${text} ≠ 0`;

const call = ({ name, args: exprs }: CallExpr, args: readonly string[]): string => {
  const sign = comparisons[name];
  if (sign !== undefined) return `[${args.join(` ${sign} `)}]`;
  // Bars inside bars cannot be told apart.
  if (name === 'abs' && !exprs.some(containsAbs)) return `|${args[0]}|`;
  if (name === 'where') return `if(${[condition(exprs[0]!, args[0]!), ...args.slice(1)].join(', ')})`;
  return `${name}(${args.join(', ')})`;
};

const notation: Notation = {
  number: (value) => ({ text: numeral(value), level: ATOM }),
  variable: (name) => (PLAIN_NAME.test(name) ? name : JSON.stringify(name)),
  group,
  times: '·',
  fraction: (over, under) => {
    const factors = under.map(({ text, level }) => (level >= POWER ? text : group(text)));
    return {
      text: `${over.level >= PRODUCT ? over.text : group(over.text)}/${factors.length === 1 ? factors[0]! : group(factors.join('·'))}`,
      level: PRODUCT,
    };
  },
  power: (base, exponent) => {
    const small =
      Number.isInteger(exponent) && exponent < 1000
        ? Array.from(String(exponent), (digit) => SUPERSCRIPTS[Number(digit)]).join('')
        : `^${numeral(exponent)}`;
    return { text: `${atom(base)}${small}`, level: POWER };
  },
  root: (of) => ({ text: `√${atom(of)}`, level: POWER }),
  call,
};

/** The formula as a line of text: `2·a²/b + √(c + 1)`. Names that are no words are quoted. */
export const toText = (expr: Expr): string => print(expr, notation);
