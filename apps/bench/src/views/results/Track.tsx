import type { Certainty, ResultRow } from './document.ts';

/** A share of an axis, 0 to 1. */
export type Axis = (value: number) => number;

export const rateAxis: Axis = (value) => value;

/** A logarithmic axis over the scores of a panel. Numbers that are 0, or not finite, lie at its ends. */
export const scoreAxis = (values: readonly number[]): Axis => {
  const logs = values.filter((value) => Number.isFinite(value) && value > 0).map(Math.log10);
  const low = Math.max(Math.floor(Math.min(...logs)), -12);
  const high = Math.max(Math.min(Math.ceil(Math.max(...logs)), 12), low + 1);
  return (value) => {
    if (Number.isNaN(value)) return 1;
    return value <= 0 ? 0 : Math.min(Math.max((Math.log10(value) - low) / (high - low), 0), 1);
  };
};

const solid: ReadonlySet<Certainty> = new Set(['certain', 'computed']);

const [WIDTH, HEIGHT, MARGIN] = [104, 16, 6];

/** Ours as a dot with its interval, the published figure as a diamond: full where it is certain, hollow where it is not. */
export const Track = ({ row, axis }: { readonly row: ResultRow; readonly axis: Axis }) => {
  const { successRate, score, interval, published, certainty } = row;
  const at = (value: number): number => MARGIN + axis(value) * (WIDTH - 2 * MARGIN);
  const y = HEIGHT / 2;
  return (
    <svg class="track" width={WIDTH} height={HEIGHT} aria-hidden="true">
      <line class="axis" x1={MARGIN} x2={WIDTH - MARGIN} y1={y} y2={y} />
      {interval !== null && <line class="interval" x1={at(interval[0])} x2={at(interval[1])} y1={y} y2={y} />}
      {published !== null && (
        <path
          class={`published ${certainty !== null && solid.has(certainty) ? 'solid' : ''}`}
          d={`M${at(published)} ${y - 5}l5 5l-5 5l-5-5z`}
        />
      )}
      <circle class="ours" cx={at(successRate ?? score)} cy={y} r={3} />
    </svg>
  );
};
