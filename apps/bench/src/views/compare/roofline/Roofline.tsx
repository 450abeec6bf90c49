import { reached, type Peak } from '@nalu/experiments/benchmark';
import type { Area, Axes } from '../../../charts/Chart.tsx';
import { Figure } from '../../../charts/Figure.tsx';
import { pathOf } from '../../../charts/path.ts';
import { logBounds, logScale } from '../../../charts/scales.ts';
import { SeriesChart, type Series } from '../../../charts/SeriesChart.tsx';
import { count, short, tick } from '../../../design/numbers.ts';
import { TableScroll } from '../../../design/TableScroll.tsx';
import type { SectionProps } from '../section.ts';
import { roofsOf, type Roof } from './roofs.ts';

const giga = (value: number): string => short(value / 1e9);

const roofLine = ({ unit, memory, peak, bandwidth }: Roof, { x, y }: Axes, { left }: Area, from: number, to: number) => {
  const rate = (intensity: number): number => Math.min(peak, bandwidth * intensity);
  const ridge = Math.min(Math.max(peak / bandwidth, from), to);
  const points = [from, ridge, to].map((intensity) => [x.at(intensity), y.at(rate(intensity))] as const);
  return (
    <g key={`${unit} ${memory}`}>
      <path class={`roof ${memory}`} d={pathOf(points)} />
      <text x={left + 4} y={points[0]![1] - 5}>
        {memory}
      </text>
    </g>
  );
};

const peakName = ({ unit, flops }: Peak, { y }: Axes, { right }: Area) => (
  <text key={unit} x={right - 2} y={y.at(flops) - 5} text-anchor="end">
    {unit}
  </text>
);

const Ceilings = ({ peaks }: { readonly peaks: readonly Peak[] }) => (
  <TableScroll label="What one core can do">
    <table>
      <thead>
        <tr>
          <th scope="col">one core, with</th>
          <th scope="col" class="number">
            peak, GFLOP/s
          </th>
          <th scope="col" class="number">
            memory, GB/s
          </th>
          <th scope="col" class="number">
            cache, GB/s
          </th>
          <th scope="col">measured with</th>
        </tr>
      </thead>
      <tbody>
        {peaks.map(({ unit, flops, bandwidth, cacheBandwidth, note }) => (
          <tr key={unit}>
            <th scope="row">{unit}</th>
            <td class="number">{giga(flops)}</td>
            <td class="number">{giga(bandwidth)}</td>
            <td class="number">{giga(cacheBandwidth)}</td>
            <td class="muted small">{note}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </TableScroll>
);

/** What each column reached below what one core can do (Williams, Waterman & Patterson 2009). */
export const Roofline = ({ run: { report }, looks, notes }: SectionProps) => {
  const points = reached(report);
  if (points.length === 0)
    return (
      <p class="muted">
        This run has no roofline: it measured no ceilings of the processor, or nothing that computes on a core of it.
      </p>
    );
  const columns = [...looks.keys()].filter((name) => points.some(({ column }) => column === name));
  const series = columns.map((column): Series => ({
    name: column,
    look: looks.get(column)!,
    points: points
      .filter((point) => point.column === column)
      .map(({ workload, flops, intensity, share }) => ({
        x: intensity,
        y: flops,
        title: `${column}, ${workload}: ${giga(flops)} GFLOP/s, ${short(100 * share)} % of the peak`,
      })),
  }));
  const [least, most] = logBounds(points.map(({ intensity }) => intensity));
  // Beside the points there is room for the names of the roofs and of what they are the roofs of.
  const [from, to] = [least / 1.8, 1.8 * most];
  const roofs = roofsOf(report.peaks);
  const [low, high] = logBounds([...points.map(({ flops }) => flops), ...report.peaks.map(({ flops }) => 1.5 * flops)]);
  const title = 'Roofline of one core';
  return (
    <>
      <Figure
        title={title}
        notes={notes}
        chart={
          <SeriesChart
            height={380}
            left={58}
            lines={false}
            xLabel="operations per byte, as if nothing were fused"
            yLabel="GFLOP/s"
            format={(value, axis) => tick(axis === 'x' ? value : value / 1e9)}
            description={`${title}: ${count(points.length, 'measurement')} below the ceilings of ${report.peaks.map(({ unit }) => unit).join(' and ')}. The table below has the figures.`}
            axes={({ left, right, top, bottom }) => ({
              x: logScale(from, to, left, right, 8),
              y: logScale(low, high, bottom, top, 7),
            })}
            behind={(axes, area) => (
              <>
                {roofs.map((roof) => roofLine(roof, axes, area, from, to))}
                {report.peaks.map((peak) => peakName(peak, axes, area))}
              </>
            )}
            series={series}
          />
        }
        table={
          <>
            <thead>
              <tr>
                <th scope="col">workload</th>
                <th scope="col">column</th>
                <th scope="col" class="number">
                  operations per byte
                </th>
                <th scope="col" class="number">
                  GFLOP/s
                </th>
                <th scope="col" class="number">
                  of the peak
                </th>
              </tr>
            </thead>
            <tbody>
              {points.map(({ workload, column, intensity, flops, share }) => (
                <tr key={`${workload} ${column}`}>
                  <th scope="row">{workload}</th>
                  <td>{column}</td>
                  <td class="number">{short(intensity)}</td>
                  <td class="number">{giga(flops)}</td>
                  <td class="number">{short(100 * share)} %</td>
                </tr>
              ))}
            </tbody>
          </>
        }
      />
      <Ceilings peaks={report.peaks} />
      <p class="small muted">
        Operations and bytes are those of the op table, as if every op read and wrote memory: a point above the line of the memory
        has fused ops and kept numbers in the cache.
      </p>
    </>
  );
};
