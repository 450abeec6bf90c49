const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** 10⁶ for 6, 10⁻³ for −3. */
export const powerOfTen = (exponent: number): string =>
  `10${exponent < 0 ? '⁻' : ''}${[...String(Math.abs(exponent))].map((digit) => superscripts[Number(digit)]).join('')}`;
