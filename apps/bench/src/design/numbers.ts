/** Three significant digits: 0.0123, 456, 1.2e-9. */
export const short = (value: number): string => {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
  const magnitude = Math.abs(value);
  if (magnitude === 0) return '0';
  if (magnitude < 1e-3 || magnitude >= 1e6) return value.toExponential(1).replace('e+', 'e');
  if (magnitude >= 1000) return Math.round(value).toLocaleString('en-US');
  return magnitude >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
};

/** A median of three significant digits and its spread to the same place: 9.43 ± 0.05, 498,000 ± 2,000. */
export const withSpread = (median: number, spread: number): string => {
  const place = median === 0 ? 0 : Math.floor(Math.log10(Number(median.toPrecision(3)))) - 2;
  const decimals = Math.max(0, -place);
  const write = (value: number): string =>
    (Math.round(value / 10 ** place) * 10 ** place).toLocaleString('en-US', {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
  return `${write(median)} ± ${write(spread)}`;
};

/** A duration: 850 ms, 12 s, 2 min 5 s. */
export const duration = (milliseconds: number): string => {
  if (milliseconds < 1000) return `${milliseconds.toFixed(0)} ms`;
  if (milliseconds < 9950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
};

/** 1 seed, 2 seeds. */
export const count = (number: number, noun: string): string =>
  `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;
