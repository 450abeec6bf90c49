import type { Precision } from '@nalu/core/backend';

/** How numbers of one precision are written. */
export interface Numbers {
  readonly precision: Precision;
  /** Code that rounds the value of `code`. */
  readonly round: (code: string) => string;
  /** A literal, rounded. Negative ones are in parentheses, so that any operator may stand before them. */
  readonly literal: (value: number) => string;
}

const show = (value: number): string => {
  if (Number.isNaN(value)) return 'NaN';
  if (value < 0 || Object.is(value, -0)) return `(-${show(-value)})`;
  return String(value);
};

export const numbersOf: { readonly [P in Precision]: Numbers } = {
  f32: { precision: 'f32', round: (code) => `Math.fround(${code})`, literal: (value) => show(Math.fround(value)) },
  f64: { precision: 'f64', round: (code) => code, literal: show },
};
