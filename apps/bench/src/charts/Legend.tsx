import { NAME_AT, placeLegend, ROW_HEIGHT } from './placeLegend.ts';
import type { Look } from './look.ts';
import { Mark } from './Mark.tsx';

export interface LegendEntry {
  readonly name: string;
  readonly look: Look;
}

interface LegendProps {
  readonly entries: readonly LegendEntry[];
  readonly width: number;
  readonly top: number;
  /** Whether the points of a series are joined by a line. */
  readonly lines: boolean;
}

/** The names of a chart's series, as part of the drawing. */
export const Legend = ({ entries, width, top, lines }: LegendProps) => {
  const { places } = placeLegend(
    entries.map(({ name }) => name),
    width,
  );
  return entries.map(({ name, look }, i) => {
    const { x, row } = places[i]!;
    const y = top + ROW_HEIGHT * (row + 0.5);
    return (
      <g key={name} class={`colour-${look.colour}`}>
        {lines && <line class={look.dashed ? 'line dashed' : 'line'} x1={x} x2={x + NAME_AT - 6} y1={y} y2={y} />}
        <Mark look={look} x={x + (NAME_AT - 6) / 2} y={y} />
        <text x={x + NAME_AT} y={y + 4}>
          {name}
        </text>
      </g>
    );
  });
};
