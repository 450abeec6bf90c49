import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { Legend, type LegendEntry } from './Legend.tsx';
import { placeLegend, ROW_HEIGHT } from './placeLegend.ts';
import type { Scale } from './scales.ts';
import { useWidth } from './useWidth.ts';
import './chart.css';

/** Places of a chart's area on the screen. */
export interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Axes {
  readonly x: Scale;
  readonly y: Scale;
}

export interface ChartProps {
  /** Without the legend. */
  readonly height: number;
  /** What the axes are, in words. */
  readonly xLabel: string;
  readonly yLabel: string;
  readonly axes: (area: Area) => Axes;
  readonly format: (value: number, axis: 'x' | 'y') => string;
  /** What there is to see, in words. */
  readonly description: string;
  /** Drawn inside the area, and cut off at its edges. */
  readonly children: (axes: Axes, area: Area) => ComponentChildren;
  /** Room for the numbers of the vertical axis. Default: 44. */
  readonly left?: number;
  /** Names below the axes. Default: none. */
  readonly legend?: { readonly entries: readonly LegendEntry[]; readonly lines: boolean };
}

/** Axes, a grid and their numbers; the children draw the data. */
export const Chart = ({ height, xLabel, yLabel, axes, format, description, children, left = 44, legend }: ChartProps) => {
  const [element, width] = useWidth<HTMLDivElement>();
  const clip = useId();
  const area: Area = { left, right: width.value - 16, top: 22, bottom: height - 34 };
  const { x, y } = axes(area);
  const names = legend?.entries.map(({ name }) => name) ?? [];
  const legendHeight = ROW_HEIGHT * placeLegend(names, width.value).rows;
  return (
    <div class="chart" ref={element}>
      <svg width={width.value} height={height + legendHeight} role="img" aria-label={description}>
        <clipPath id={clip}>
          <rect x={area.left} y={area.top} width={Math.max(area.right - area.left, 0)} height={area.bottom - area.top} />
        </clipPath>
        {y.ticks.map((tick) => (
          <g key={tick}>
            <line class="grid" x1={area.left} x2={area.right} y1={y.at(tick)} y2={y.at(tick)} />
            <text class="y" x={area.left - 6} y={y.at(tick) + 4}>
              {format(tick, 'y')}
            </text>
          </g>
        ))}
        {x.ticks.map((tick) => (
          <g key={tick}>
            <line class="grid" x1={x.at(tick)} x2={x.at(tick)} y1={area.top} y2={area.bottom} />
            <text class="x" x={x.at(tick)} y={area.bottom + 15}>
              {format(tick, 'x')}
            </text>
          </g>
        ))}
        <g clip-path={`url(#${clip})`}>{children({ x, y }, area)}</g>
        <text class="label y-label" x={0} y={12}>
          {yLabel}
        </text>
        <text class="label x-label" x={area.right} y={height - 4}>
          {xLabel}
        </text>
        {legend !== undefined && <Legend {...legend} width={width.value} top={height} />}
      </svg>
    </div>
  );
};
