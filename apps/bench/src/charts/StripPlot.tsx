import type { Scale } from './scales.ts';
import './strip-plot.css';

export const STRIP_WIDTH = 280;
const HEIGHT = 26;

interface StripPlotProps {
  readonly samples: readonly number[];
  readonly median: number;
  /** Median absolute deviation. */
  readonly spread: number;
  readonly scale: Scale;
}

/** Points beside one another are told apart by three heights, the same every time. */
const offset = (i: number): number => [0, -4, 4][i % 3]!;

/** Every sample as a point, the median, and one median absolute deviation to both sides. The table beside it has the figures. */
export const StripPlot = ({ samples, median, spread, scale }: StripPlotProps) => {
  const [first = 0, last = STRIP_WIDTH] = [scale.at(Math.max(median - spread, median / 10)), scale.at(median + spread)];
  return (
    <svg class="strip" viewBox={`0 0 ${STRIP_WIDTH} ${HEIGHT}`} width={STRIP_WIDTH} height={HEIGHT} aria-hidden="true">
      {scale.ticks.map((tick) => (
        <line key={tick} class="grid" x1={scale.at(tick)} x2={scale.at(tick)} y1={0} y2={HEIGHT} />
      ))}
      <rect class="spread" x={first} width={Math.max(last - first, 1)} y={5} height={HEIGHT - 10} />
      {samples.map((sample, i) => (
        <circle key={i} class="sample" cx={scale.at(sample)} cy={HEIGHT / 2 + offset(i)} r={2} />
      ))}
      <line class="median" x1={scale.at(median)} x2={scale.at(median)} y1={3} y2={HEIGHT - 3} />
    </svg>
  );
};

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
