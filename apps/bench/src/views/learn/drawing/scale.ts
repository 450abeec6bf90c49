import type { Scale } from '../../../charts/scales.ts';

type Interval = readonly [from: number, to: number];

/** 1, 2 or 5 times a power of ten, so that about `count` of them fit. */
const stepOf = (length: number, count: number): number => {
  const rough = length / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough)!;
};

export const linear = (domain: Interval, [from, to]: Interval, count = 5): Scale => {
  const [low, high] = domain[0] === domain[1] ? [domain[0] - 1, domain[1] + 1] : domain;
  const step = stepOf(high - low, count);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return {
    at: (value) => from + ((value - low) / (high - low)) * (to - from),
    ticks: Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step),
  };
};

/** Every so many powers of ten. */
const powers = (low: number, high: number, count: number): readonly number[] => {
  const first = Math.ceil(low - 1e-9);
  const last = Math.floor(high + 1e-9);
  const every = Math.max(1, Math.ceil((last - first + 1) / count));
  return Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, i) => 10 ** (first + i * every));
};

/**
 * For numbers of both signs and any size: a line between −unit and unit, logarithmic beyond.
 *
 * @param largest magnitude that must fit.
 * @param signed false: nothing is below 0.
 */
export const symmetric = (unit: number, largest: number, signed: boolean, [from, to]: Interval, count = 3): Scale => {
  const bend = (value: number): number => Math.sign(value) * Math.log10(1 + Math.abs(value) / unit);
  const high = bend(Math.max(largest, unit));
  const low = signed ? -high : 0;
  const positive = powers(Math.log10(unit), Math.log10(Math.max(largest, unit)), count);
  return {
    at: (value) => from + ((bend(value) - low) / (high - low)) * (to - from),
    ticks: [...(signed ? positive.map((tick) => -tick).reverse() : []), 0, ...positive],
  };
};
