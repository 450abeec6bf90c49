/** Thousands apart: 498,000; with so many decimals, 1,234.50. `Intl` does it too, but to start it costs a page tens of milliseconds. */
export const grouped = (value: number, decimals?: number): string =>
  (decimals === undefined ? String(value) : value.toFixed(decimals)).replace(/^-?\d+/, (whole) =>
    whole.replace(/\B(?=(\d{3})+$)/g, ','),
  );

/** Three significant digits: 0.0123, 456, 2,410, 1.2e-9. Fits in eight characters. */
export const short = (value: number): string => {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '-∞';
  const magnitude = Math.abs(value);
  if (magnitude === 0) return '0';
  if (magnitude < 1e-3 || magnitude >= 1e5) return value.toExponential(1).replace('e+', 'e');
  return magnitude >= 100 ? grouped(value, 0) : String(Number(value.toPrecision(3)));
};

/** A median of three significant digits and its spread to the same place: 9.43 ± 0.05, 498,000 ± 2,000. */
export const withSpread = (median: number, spread: number): string => {
  const place = median === 0 ? 0 : Math.floor(Math.log10(Number(median.toPrecision(3)))) - 2;
  const decimals = Math.max(0, -place);
  const write = (value: number): string => grouped(Math.round(value / 10 ** place) * 10 ** place, decimals);
  return `${write(median)} ± ${write(spread)}`;
};
