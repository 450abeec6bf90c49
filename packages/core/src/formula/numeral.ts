/** A number that is not negative, as short as it is exact: `0.25`, `1e-6`, `2.5e7`. */
export const numeral = (value: number): string => {
  const plain = String(value);
  if (value === 0 || (value >= 1e-3 && value < 1e6)) return plain;
  const scientific = value.toExponential().replace('+', '');
  return scientific.length < plain.length ? scientific : plain.replace('+', '');
};
