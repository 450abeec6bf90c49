import { Figure } from '../../../charts/Figure.tsx';
import type { Look } from '../../../charts/look.ts';
import { logBounds, logScale } from '../../../charts/scales.ts';
import { SeriesChart, type Series } from '../../../charts/SeriesChart.tsx';
import { grouped, short, tick } from '../../../design/numbers.ts';
import { Cell } from '../Cell.tsx';
import { isTimed } from '../timed.ts';
import type { MeasuredScaling } from './scaling.ts';

interface ScalingFigureProps {
  readonly measured: MeasuredScaling;
  readonly looks: ReadonlyMap<string, Look>;
  /** What was measured on what. */
  readonly notes: readonly string[];
}

/** Times over one size: medians, from the shortest to the longest sample. */
export const ScalingFigure = ({ measured, looks, notes }: ScalingFigureProps) => {
  const { scaling, sizes } = measured;
  const { title, label } = scaling;
  const order = [...looks.keys()];
  const columns = [...measured.columns].sort((a, b) => order.indexOf(a.column) - order.indexOf(b.column));
  const series = columns.map(({ column, records }): Series => {
    const software = records.some((record) => record?.software);
    return {
      name: software ? `${column} (software)` : column,
      look: looks.get(column)!,
      points: records.flatMap((record, i) =>
        record === undefined || !isTimed(record)
          ? []
          : [
              {
                x: sizes[i]!,
                y: record.medianMicroseconds,
                range: [record.minMicroseconds!, record.maxMicroseconds!],
                title: `${column}, ${grouped(sizes[i]!)} ${label}: ${short(record.medianMicroseconds)} µs`,
              },
            ],
      ),
    };
  });
  const times = series.flatMap(({ points }) => points.flatMap(({ range }) => range ?? []));
  const [low, high] = logBounds(times);
  const [first, last] = [sizes[0]!, sizes.at(-1)!];
  return (
    <Figure
      title={title}
      notes={notes}
      chart={
        <SeriesChart
          height={340}
          left={58}
          xLabel={label}
          yLabel="µs per step"
          format={tick}
          description={`${title}: medians of ${columns.length} columns from ${grouped(first)} to ${grouped(last)} ${label}. The table below has the figures.`}
          axes={({ left, right, top, bottom }) => ({
            x: { ...logScale(first, last, left + 12, right - 12), ticks: sizes },
            y: logScale(low, high, bottom, top, 7),
          })}
          series={series.filter(({ points }) => points.length > 0)}
        />
      }
      table={
        <>
          <thead>
            <tr>
              <th scope="col" class="number">
                {label}
              </th>
              {columns.map(({ column }) => (
                <th key={column} scope="col" class="number">
                  {column}, µs
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sizes.map((size, i) => (
              <tr key={size}>
                <th scope="row" class="number">
                  {grouped(size)}
                </th>
                {columns.map(({ column, records }) => (
                  <Cell key={column} record={records[i]} />
                ))}
              </tr>
            ))}
          </tbody>
        </>
      }
    />
  );
};
