/** Places on an axis. */
export interface Scale {
  /** From a value to its place. */
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

const steps = [1, 2, 5];

/** 1, 2, 5, 10, … within these bounds, at most so many: only powers of ten where there would be more. */
const logTicks = (low: number, high: number, most: number): readonly number[] => {
  const from = Math.floor(Math.log10(low));
  const to = Math.ceil(Math.log10(high));
  const powers = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const inside = (values: readonly number[]): readonly number[] => values.filter((value) => value >= low && value <= high);
  const fine = inside(powers.flatMap((power) => steps.map((step) => Number(`${step}e${power}`))));
  if (fine.length <= most) return fine;
  const coarse = inside(powers.map((power) => Number(`1e${power}`)));
  const every = Math.ceil(coarse.length / most);
  return coarse.filter((_, i) => i % every === 0);
};

/** A logarithmic axis from `low` to `high`, both positive, between two places. */
export const logScale = (low: number, high: number, from: number, to: number, most = 6): Scale => {
  const start = Math.log(low);
  const width = Math.max(Math.log(high) - start, 1e-9);
  return {
    at: (value) => from + ((Math.log(value) - start) / width) * (to - from),
    ticks: logTicks(low, high, most),
  };
};

/** Bounds around positive values with a little room, and so far apart that one of 1, 2, 5, 10, … lies between them. */
export const logBounds = (values: readonly number[]): readonly [low: number, high: number] => {
  const low = values.reduce((least, value) => Math.min(least, value), Infinity);
  const high = values.reduce((most, value) => Math.max(most, value), -Infinity);
  const room = Math.max(1.15, Math.sqrt(2.5 / Math.max(high / low, 1)));
  return [low / room, high * room];
};

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
