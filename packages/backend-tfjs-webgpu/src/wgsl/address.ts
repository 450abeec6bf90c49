import type { Affine, Atom } from '@nalu/core/graph';

const isPowerOfTwo = (n: number): boolean => n > 0 && (n & (n - 1)) === 0;

/** ⌊index / by⌋ of a non-negative index. */
export const quotient = (index: string, by: number): string =>
  isPowerOfTwo(by) ? `((${index}) >> ${Math.log2(by)}u)` : `((${index}) / ${by})`;

/** index mod by of a non-negative index. */
export const remainder = (index: string, by: number): string =>
  isPowerOfTwo(by) ? `((${index}) & ${by - 1})` : `((${index}) % ${by})`;

const scaled = (name: string, factor: number): string => (factor === 1 ? name : `${name} * ${factor}`);

/** An affine expression; `atom` names what an atom is in the kernel. */
export const address = ({ constant, terms }: Affine, atom: (atom: Atom) => string): string => {
  const sum = terms.map((term) => scaled(atom(term.atom), term.factor));
  if (constant !== 0 || sum.length === 0) sum.push(String(constant));
  return sum.join(' + ').replaceAll('+ -', '- ');
};
