import { powerOfTen } from '../../design/powerOfTen.ts';

/** How large an error is, for a colour and a word. */
export type Level = 'exact' | 'rounded' | 'near' | 'far';

/** From which error on a level applies, largest first. */
const levels: readonly (readonly [from: number, level: Level])[] = [
  [4, 'far'],
  [0.5, 'near'],
  [0, 'rounded'],
];

/** 4 ulp is what the contract allows where it does not ask for exact results or sums up many terms. */
export const levelOf = (ulp: number): Level => levels.find(([from]) => ulp > from)?.[1] ?? 'exact';

export const levelTitles: { readonly [L in Level]: string } = {
  exact: '0: exact',
  rounded: 'up to ½: correctly rounded',
  near: 'up to 4',
  far: 'more: long sums and products, and denormal numbers (below 1.2·10⁻³⁸), which may count as 0',
};

/** 0, 0.5, 7.31, 954,000 as 9.5·10⁵: as short as a narrow column needs it. */
export const showUlp = (ulp: number, digits = 2): string => {
  if (!Number.isFinite(ulp)) return Number.isNaN(ulp) ? 'NaN' : '∞';
  if (ulp < 1000) return String(Number(ulp.toPrecision(digits + 1)));
  const [mantissa, exponent] = ulp.toExponential(digits - 1).split('e+') as [string, string];
  return `${Number(mantissa)}·${powerOfTen(Number(exponent))}`;
};
