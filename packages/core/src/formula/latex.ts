import type { CallExpr, Expr, FunctionName } from './expression.ts';
import { numeral } from './numeral.ts';
import { ATOM, POWER, print, type Notation, type Printed } from './print.ts';

const group = (text: string): string => `\\left(${text}\\right)`;
const atom = ({ text, level }: Printed): string => (level === ATOM ? text : group(text));

const ESCAPES: { readonly [character: string]: string } = {
  '\\': '\\textbackslash{}',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
};

const variable = (name: string): string => {
  if (/^\p{L}$/u.test(name)) return name;
  const subscripted = /^(?<letter>[A-Za-z])_?(?<digits>\d+)$/.exec(name)?.groups;
  if (subscripted !== undefined) return `${subscripted['letter']}_{${subscripted['digits']}}`;
  return `\\text{${Array.from(name, (character) => ESCAPES[character] ?? character).join('')}}`;
};

const number = (value: number): Printed => {
  const [mantissa, exponent] = numeral(value).split('e');
  if (exponent === undefined) return { text: mantissa!, level: ATOM };
  return { text: `${mantissa} \\cdot 10^{${Number(exponent)}}`, level: POWER };
};

const names: { readonly [K in FunctionName]?: string } = {
  sign: '\\operatorname{sgn}',
  exp: '\\exp',
  log: '\\log',
  sin: '\\sin',
  cos: '\\cos',
  tanh: '\\tanh',
  sigmoid: '\\sigma',
  softplus: '\\operatorname{softplus}',
  round: '\\operatorname{round}',
  min: '\\min',
  max: '\\max',
};

const comparisons: { readonly [K in FunctionName]?: string } = { lt: '<', le: '\\le', eq: '=' };

const condition = (mask: Expr, text: string): string =>
  mask.kind === 'call' && comparisons[mask.name] !== undefined
    ? text.slice('\\left['.length, -'\\right]'.length)
    : `${text} \\ne 0`;

const call = ({ name, args: exprs }: CallExpr, args: readonly string[]): string => {
  const sign = comparisons[name];
  if (sign !== undefined) return `\\left[${args.join(` ${sign} `)}\\right]`;
  if (name === 'abs') return `\\left|${args[0]}\\right|`;
  if (name === 'floor') return `\\left\\lfloor ${args[0]}\\right\\rfloor `;
  if (name === 'where')
    return `\\begin{cases}${args[1]} & \\text{if } ${condition(exprs[0]!, args[0]!)} \\\\ ${args[2]} & \\text{otherwise}\\end{cases}`;
  return `${names[name]}\\left(${args.join(', ')}\\right)`;
};

const notation: Notation = {
  number,
  variable,
  group,
  times: ' \\cdot ',
  fraction: (over, under) => {
    const factors = under.map(({ text, level }) => (under.length === 1 || level >= POWER ? text : group(text)));
    return { text: `\\frac{${over.text}}{${factors.join(' \\cdot ')}}`, level: POWER };
  },
  power: (base, exponent) => ({ text: `${atom(base)}^{${number(exponent).text}}`, level: POWER }),
  root: ({ text }) => ({ text: `\\sqrt{${text}}`, level: POWER }),
  call,
};

/** The formula in LaTeX's mathematics mode: `2 \cdot \frac{a^{2}}{b}`. */
export const toLatex = (expr: Expr): string => print(expr, notation);
