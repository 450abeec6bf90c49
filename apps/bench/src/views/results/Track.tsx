import { powerOfTen } from '../../design/powerOfTen.ts';
import type { Certainty, ResultRow } from './document.ts';

/** An axis that all tracks of a panel share. */
export interface Axis {
  /** A share of its length, 0 to 1. */
  readonly place: (value: number) => number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

export const rateAxis: Axis = {
  place: (value) => value,
  ticks: [
    { at: 0, label: '0' },
    { at: 0.5, label: '50' },
    { at: 1, label: '100 %' },
  ],
};

/** A logarithmic axis over the scores of a panel. Numbers that are 0, or not finite, lie at its ends. */
export const scoreAxis = (values: readonly number[]): Axis => {
  const logs = values.filter((value) => Number.isFinite(value) && value > 0).map(Math.log10);
  const low = logs.length === 0 ? 0 : Math.max(Math.floor(Math.min(...logs)), -12);
  const high = Math.max(Math.min(Math.ceil(Math.max(...logs)), 12), low + 1);
  return {
    place: (value) => {
      if (Number.isNaN(value)) return 1;
      return value <= 0 ? 0 : Math.min(Math.max((Math.log10(value) - low) / (high - low), 0), 1);
    },
    ticks: [low, high].map((power) => ({ at: (power - low) / (high - low), label: powerOfTen(power) })),
  };
};

const solid: ReadonlySet<Certainty> = new Set(['certain', 'computed']);

const [WIDTH, HEIGHT, MARGIN] = [112, 16, 10];

const at = (share: number): number => MARGIN + share * (WIDTH - 2 * MARGIN);

/** The numbers of the axis, for the head of a column. */
export const TrackAxis = ({ axis: { ticks } }: { readonly axis: Axis }) => (
  <svg class="track" width={WIDTH} height={HEIGHT} aria-hidden="true">
    {ticks.map(({ at: share, label }) => (
      <g key={label}>
        <line class="axis" x1={at(share)} x2={at(share)} y1={HEIGHT - 3} y2={HEIGHT} />
        <text
          x={share === 0 ? 0 : share === 1 ? WIDTH : at(share)}
          y={HEIGHT - 5}
          text-anchor={share === 0 ? 'start' : share === 1 ? 'end' : 'middle'}
        >
          {label}
        </text>
      </g>
    ))}
  </svg>
);

type Marks = Pick<ResultRow, 'published' | 'certainty'> & {
  /** Null where there is only the published figure. */
  readonly ours: number | null;
  readonly interval: readonly [number, number] | null;
};

/** Ours as a dot with its interval, the published figure as a diamond: full where it is certain, hollow where it is not. */
export const Track = ({ ours, interval, published, certainty, axis }: Marks & { readonly axis: Axis }) => {
  const x = (value: number): number => at(axis.place(value));
  const y = HEIGHT / 2;
  return (
    <svg class="track" width={WIDTH} height={HEIGHT} aria-hidden="true">
      <line class="axis" x1={at(0)} x2={at(1)} y1={y} y2={y} />
      {axis.ticks.map(({ at: share }) => (
        <line key={share} class="axis" x1={at(share)} x2={at(share)} y1={y - 3} y2={y + 3} />
      ))}
      {interval !== null && <line class="interval" x1={x(interval[0])} x2={x(interval[1])} y1={y} y2={y} />}
      {published !== null && (
        <path
          class={`published ${certainty !== null && solid.has(certainty) ? 'solid' : ''}`}
          d={`M${x(published)} ${y - 5}l5 5l-5 5l-5-5z`}
        />
      )}
      {ours !== null && <circle class="ours" cx={x(ours)} cy={y} r={3} />}
    </svg>
  );
};
