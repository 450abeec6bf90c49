import type { Affine, Atom } from '@nalu/core/graph';

/** How index arithmetic is written in a dialect of kernel sources. All numbers are whole and below 2²⁴. */
export interface IndexForms {
  /** ⌊a / by⌋ for a ≥ 0. */
  quotient(a: string, by: number): string;
  /** a mod by for a ≥ 0. */
  remainder(a: string, by: number): string;
}

const printAtom = (atom: Atom, forms: IndexForms, name: (variable: string) => string): string => {
  if (atom.kind === 'variable') return name(atom.key);
  return forms[atom.kind](printAffine(atom.of, forms, name), atom.by);
};

/** An affine expression as source text. `name` gives the printed name of a variable. */
export const printAffine = (affine: Affine, forms: IndexForms, name: (variable: string) => string): string => {
  let text = '';
  for (const { atom, factor } of affine.terms) {
    const size = Math.abs(factor);
    const term = size === 1 ? printAtom(atom, forms, name) : `${printAtom(atom, forms, name)} * ${size}`;
    text += text === '' ? (factor < 0 ? `0 - ${term}` : term) : ` ${factor < 0 ? '-' : '+'} ${term}`;
  }
  if (text === '') return affine.constant < 0 ? `(0 - ${-affine.constant})` : String(affine.constant);
  if (affine.constant === 0) return text;
  return `${text} ${affine.constant < 0 ? '-' : '+'} ${Math.abs(affine.constant)}`;
};
