import type { ComponentChildren } from 'preact';
import { Chart, type Area, type Axes, type ChartProps } from './Chart.tsx';
import type { LegendEntry } from './Legend.tsx';
import { Mark } from './Mark.tsx';
import { pathOf } from './path.ts';

export interface SeriesPoint {
  readonly x: number;
  readonly y: number;
  /** From where to where the samples reach; without them there is the point only. */
  readonly range?: readonly [low: number, high: number];
  /** What it is, in words. */
  readonly title: string;
  /** Something to look at: it is circled. */
  readonly circled?: boolean;
}

export interface Series extends LegendEntry {
  readonly points: readonly SeriesPoint[];
}

interface SeriesChartProps extends Omit<ChartProps, 'children' | 'legend'> {
  readonly series: readonly Series[];
  /** Whether points are joined. Default: true. */
  readonly lines?: boolean;
  /** Drawn behind the series. */
  readonly behind?: (axes: Axes, area: Area) => ComponentChildren;
}

/** Points with their ranges, joined by lines: the same axes for several series. */
export const SeriesChart = ({ series, lines = true, behind, ...chart }: SeriesChartProps) => (
  <Chart {...chart} legend={{ entries: series, lines }}>
    {({ x, y }, area) => (
      <>
        {behind?.({ x, y }, area)}
        {series.map(({ name, look, points }) => (
          <g key={name} class={`colour-${look.colour}`}>
            {lines && (
              <path
                class={look.dashed ? 'line dashed' : 'line'}
                d={pathOf(points.map((point) => [x.at(point.x), y.at(point.y)]))}
              />
            )}
            {points.map(({ range }, i) =>
              range === undefined ? null : (
                <line
                  key={i}
                  class="range"
                  x1={x.at(points[i]!.x)}
                  x2={x.at(points[i]!.x)}
                  y1={y.at(range[0])}
                  y2={y.at(range[1])}
                />
              ),
            )}
            {points.map((point, i) => (
              <Mark key={i} look={look} x={x.at(point.x)} y={y.at(point.y)} title={point.title} />
            ))}
            {points.map((point, i) =>
              point.circled === true ? <circle key={i} class="circled" cx={x.at(point.x)} cy={y.at(point.y)} r={8} /> : null,
            )}
          </g>
        ))}
      </>
    )}
  </Chart>
);
