import type { Scale } from './scales.ts';
import './strip-plot.css';

export const STRIP_WIDTH = 280;
export const STRIP_HEIGHT = 26;

interface StripPlotProps {
  readonly samples: readonly number[];
  readonly median: number;
  /** Median absolute deviation. */
  readonly spread: number;
  readonly scale: Scale;
}

/** Points beside one another are told apart by three heights, the same every time. */
const offset = (i: number): number => [0, -4, 4][i % 3]!;

/** A line without length and with round ends is a point: hundreds of them are one element. */
const pointsOf = (samples: readonly number[], { at }: Scale): string =>
  samples.map((sample, i) => `M${at(sample).toFixed(1)} ${STRIP_HEIGHT / 2 + offset(i)}h0`).join('');

/** Every sample as a point, the median, and one median absolute deviation to both sides, as part of a drawing. */
export const Strip = ({ samples, median, spread, scale }: StripPlotProps) => {
  const [first = 0, last = STRIP_WIDTH] = [scale.at(Math.max(median - spread, median / 10)), scale.at(median + spread)];
  return (
    <>
      {scale.ticks.map((tick) => (
        <line key={tick} class="grid" x1={scale.at(tick)} x2={scale.at(tick)} y1={0} y2={STRIP_HEIGHT} />
      ))}
      <rect class="spread" x={first} width={Math.max(last - first, 1)} y={5} height={STRIP_HEIGHT - 10} />
      <path class="samples" d={pointsOf(samples, scale)} />
      <line class="median" x1={scale.at(median)} x2={scale.at(median)} y1={3} y2={STRIP_HEIGHT - 3} />
    </>
  );
};

/** The same by itself, in a table that has the figures. */
export const StripPlot = (props: StripPlotProps) => (
  <svg class="strip" viewBox={`0 0 ${STRIP_WIDTH} ${STRIP_HEIGHT}`} width={STRIP_WIDTH} height={STRIP_HEIGHT} aria-hidden="true">
    <Strip {...props} />
  </svg>
);

interface StripAxisProps {
  readonly scale: Scale;
  readonly format: (value: number) => string;
}

/** The axis that the plots of a table share. */
export const StripAxis = ({ scale, format }: StripAxisProps) => (
  <svg class="strip" viewBox={`0 0 ${STRIP_WIDTH} 16`} width={STRIP_WIDTH} height={16} aria-hidden="true">
    {scale.ticks.map((tick) => (
      <text key={tick} x={scale.at(tick)} y={12} text-anchor="middle">
        {format(tick)}
      </text>
    ))}
  </svg>
);
