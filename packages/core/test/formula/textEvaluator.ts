/**
 * Evaluates a formula's text by the usual precedence, written without looking at the printer: sums, then products and
 * quotients from left to right, then roots and powers, then bars, brackets, functions, names and numbers.
 */
import { sigmoid, softplus } from '../../src/ops/scalar.ts';

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

const calls: Readonly<Record<string, (...args: number[]) => number>> = {
  abs: Math.abs,
  sign: Math.sign,
  exp: Math.exp,
  log: Math.log,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  sigmoid: (x) => sigmoid(x),
  softplus: (x) => softplus(x),
  floor: Math.floor,
  round: Math.round,
  min: Math.min,
  max: Math.max,
};

export const evaluateText = (text: string, names: Readonly<Record<string, number>>): number => {
  let at = 0;
  const rest = (): string => text.slice(at);
  const fail = (): never => {
    throw new Error(`unexpected "${rest()}" in "${text}"`);
  };
  const take = (token: string): boolean => {
    while (text[at] === ' ') at++;
    if (!rest().startsWith(token)) return false;
    at += token.length;
    return true;
  };
  const need = (token: string): void => {
    if (!take(token)) fail();
  };
  const match = (pattern: RegExp): string | undefined => {
    while (text[at] === ' ') at++;
    const found = pattern.exec(rest())?.[0];
    at += found?.length ?? 0;
    return found;
  };

  const compare = (): number => {
    const left = sum();
    if (take('<')) return Number(left < sum());
    if (take('≤')) return Number(left <= sum());
    if (take('≠')) return Number(left !== sum());
    return take('=') ? Number(left === sum()) : left;
  };
  const sum = (): number => {
    let total = take('-') ? -product() : product();
    for (;;) {
      if (take('+')) total += product();
      else if (take('-')) total -= product();
      else return total;
    }
  };
  const product = (): number => {
    let total = power();
    for (;;) {
      if (take('·')) total *= power();
      else if (take('/')) total /= power();
      else return total;
    }
  };
  const power = (): number => {
    if (take('√')) return Math.sqrt(atom());
    const base = atom();
    const small = match(/^[⁰¹²³⁴⁵⁶⁷⁸⁹]+/);
    if (small !== undefined) return base ** Number(Array.from(small, (digit) => SUPERSCRIPTS.indexOf(digit)).join(''));
    if (!take('^')) return base;
    return base ** Number(match(/^[\d.]+(?:e[+-]?\d+)?/) ?? fail());
  };
  const atom = (): number => {
    const number = match(/^\d[\d.]*(?:e[+-]?\d+)?/);
    if (number !== undefined) return Number(number);
    if (take('(')) {
      const inner = sum();
      need(')');
      return inner;
    }
    if (take('[')) {
      const inner = compare();
      need(']');
      return inner;
    }
    if (take('|')) {
      const inner = Math.abs(sum());
      need('|');
      return inner;
    }
    const quoted = match(/^"(?:[^"\\]|\\.)*"/);
    if (quoted !== undefined) return names[JSON.parse(quoted) as string] ?? fail();
    const word = match(/^[\p{L}_][\p{L}\p{Nd}_]*/u) ?? fail();
    if (word !== 'if' && !(word in calls)) return names[word] ?? fail();
    need('(');
    const args = [compare()];
    while (take(',')) args.push(compare());
    need(')');
    return word === 'if' ? (args[0] === 0 ? args[2]! : args[1]!) : calls[word]!(...args);
  };

  const value = sum();
  if (rest().trim() !== '') fail();
  return value;
};
