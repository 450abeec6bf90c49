import { grouped } from '../../../design/numbers.ts';

const superscript = (text: string): string =>
  [...text].map((character) => ({ '-': '⁻' })[character] ?? '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(character)] ?? character).join('');

const withMinus = (text: string): string => text.replace('-', '−');

/**
 * A number for people: so many significant digits, thousands apart, powers of ten where it is very small, or from `large` on. Default:
 * 10⁹.
 */
export const show = (value: number, digits = 3, large = 1e9): string => {
  if (Number.isNaN(value)) return 'no number';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  if (size !== 0 && (size >= large || size < 1e-4)) {
    const [mantissa, exponent] = value.toExponential(Math.min(1, digits - 1)).split('e') as [string, string];
    const power = `10${superscript(exponent.replace('+', ''))}`;
    return Number(mantissa) === 1 ? power : `${withMinus(mantissa)}·${power}`;
  }
  const rounded = size >= 10 ** digits ? Math.round(value) : Number(value.toPrecision(digits));
  return withMinus(grouped(Number(rounded.toFixed(6))));
};

/** A power of ten at an axis, where there is room for five digits. */
export const showPower = (value: number): string => show(value, 3, 1e5);

/** A number with so many decimals, for those that move: its width stays the same. */
export const steady = (value: number, decimals = 2): string => {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e5) return show(value);
  const text = value.toFixed(decimals);
  return withMinus(Number(text) === 0 ? text.replace('-', '') : text);
};

/** A share: 0.3 %, 98 %, more than 999 %. */
export const percent = (share: number): string => {
  if (!Number.isFinite(share)) return 'no number';
  if (share >= 10) return 'over 999 %';
  if (share < 1e-5) return 'under 0.001 %';
  return `${Number((share * 100).toPrecision(2))} %`;
};
