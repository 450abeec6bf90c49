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

/** Bounds around positive values with a little room, and at least a factor of two apart. */
export const logBounds = (values: readonly number[]): readonly [low: number, high: number] => {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const room = Math.max(1.15, Math.sqrt(2 / Math.max(high / low, 1)));
  return [low / room, high * room];
};
