import { median, reached, type BenchmarkReport, type Peak, type Scaling, type Suite } from '@nalu/experiments/benchmark';
import type { PlotOptions } from '@observablehq/plot';
import { colours, drawSvg } from '../output/svg.ts';

/** A file to write. */
export interface Figure {
  readonly file: string;
  readonly svg: string;
}

interface Point {
  readonly size: number;
  readonly time: number;
  readonly low: number;
  readonly high: number;
  readonly column: string;
}

const axes = (label: string, y: string): Pick<PlotOptions, 'x' | 'y' | 'color' | 'height' | 'marginRight'> => ({
  height: 460,
  marginRight: 170,
  color: { range: [...colours] },
  x: { type: 'log', label, grid: true, ticks: 6, tickFormat: tick },
  y: { type: 'log', label: y, grid: true, ticks: 6, tickFormat: tick },
});

/** Whole numbers as people write them; others with two digits. */
const tick = (value: number): string => (value >= 1 ? value.toLocaleString('en-US') : String(Number(value.toPrecision(2))));

/** Labels at these values of an axis, so far apart that none covers another. `above`: the next place above a label. */
const apart = <T extends { readonly y: number }>(labels: readonly T[], above: (y: number) => number): readonly T[] => {
  let free = 0;
  return [...labels]
    .sort((a, b) => a.y - b.y)
    .map((label) => {
      const y = Math.max(label.y, free);
      free = above(y);
      return { ...label, y };
    });
};

/** A label's height as a share of the axis. */
const LABEL = 16 / 400;

/** The last point of every line. */
const lastOf = <T>(points: readonly T[], lineOf: (point: T) => string): readonly T[] => [
  ...new Map(points.map((point) => [lineOf(point), point])).values(),
];

/** Over one size: the medians, and from the shortest to the longest sample. */
const scalingFigure = async (
  { records }: BenchmarkReport,
  { name, title, label, points }: Scaling,
): Promise<Figure | undefined> => {
  const data: Point[] = points.flatMap(({ size, workload }) =>
    records.flatMap(({ column, workload: own, software, ...record }) =>
      own !== workload || record.medianMicroseconds === null
        ? []
        : [
            {
              size,
              time: record.medianMicroseconds,
              low: record.minMicroseconds!,
              high: record.maxMicroseconds!,
              column: software ? `${column} (software)` : column,
            },
          ],
    ),
  );
  const sizes = [...new Set(data.map(({ size }) => size))];
  if (sizes.length < 2) return undefined;
  const range = Math.max(...data.map(({ high }) => high)) / Math.min(...data.map(({ low }) => low));
  const ends = lastOf(data, ({ column }) => column).map(({ time, ...end }) => ({ ...end, y: time }));
  const labels = apart(ends, (y) => y * range ** LABEL);
  const base = axes(label, 'µs per step');
  const svg = await drawSvg(title, (Plot) => ({
    ...base,
    x: { ...base.x, ticks: sizes, tickFormat: tick },
    marks: [
      Plot.ruleX(data, { x: 'size', y1: 'low', y2: 'high', stroke: 'column', strokeOpacity: 0.4 }),
      Plot.line(data, { x: 'size', y: 'time', stroke: 'column', strokeWidth: 1.5 }),
      Plot.dot(data, { x: 'size', y: 'time', fill: 'column', r: 2.5 }),
      Plot.text(labels, { x: 'size', y: 'y', text: 'column', dx: 8, textAnchor: 'start' }),
    ],
  }));
  return { file: `${name}.svg`, svg };
};

/** Throughput over the number of workers, beside that of as many independent copies. */
const workersFigure = async ({ workers }: BenchmarkReport): Promise<Figure | undefined> => {
  const data = workers.flatMap(({ column, workers: count, rounds }) =>
    rounds.length === 0
      ? []
      : [
          { count, rate: median(rounds.map(({ sharded }) => sharded)), line: column },
          { count, rate: median(rounds.map(({ independent }) => independent)), line: `${column}, independent copies` },
        ],
  );
  if (new Set(data.map(({ count }) => count)).size < 2) return undefined;
  const most = Math.max(...data.map(({ rate }) => rate));
  const ends = lastOf(data, ({ line }) => line).map(({ rate, ...end }) => ({ ...end, y: rate }));
  const labels = apart(ends, (y) => y + most * LABEL);
  const svg = await drawSvg('NALU 2→1, batch 128: steps of one member in a second, by workers', (Plot) => ({
    height: 460,
    marginLeft: 80,
    marginRight: 220,
    color: { range: [...colours] },
    x: { label: 'workers', ticks: [...new Set(data.map(({ count }) => count))], tickFormat: 'd' },
    y: { label: 'steps of one member in a second', zero: true, grid: true },
    marks: [
      Plot.line(data, { x: 'count', y: 'rate', stroke: 'line' }),
      Plot.dot(data, { x: 'count', y: 'rate', fill: 'line' }),
      Plot.text(labels, { x: 'count', y: 'y', text: 'line', dx: 8, textAnchor: 'start' }),
    ],
  }));
  return { file: 'workers.svg', svg };
};

/** The ceiling of a unit over the intensities of the figure: bandwidth · intensity, up to the peak rate. */
const ceiling = ({ unit, flops }: Peak, bandwidth: number, from: number, to: number, line: string) =>
  [from, Math.min(Math.max(from, flops / bandwidth), to), to].map((intensity) => ({
    intensity,
    rate: Math.min(flops, bandwidth * intensity) / 1e9,
    line: `${unit}, ${line}`,
    unit,
  }));

/** Williams, Waterman & Patterson (2009): what was reached below what one core can do. */
const rooflineFigure = async (report: BenchmarkReport): Promise<Figure | undefined> => {
  const points = reached(report).map(({ flops, ...point }) => ({ ...point, rate: flops / 1e9 }));
  if (points.length === 0) return undefined;
  const intensities = points.map(({ intensity }) => intensity);
  const [from, to] = [Math.min(...intensities) / 2, Math.max(...intensities) * 4];
  const roofs = report.peaks.flatMap((peak) => [
    ...ceiling(peak, peak.bandwidth, from, to, 'memory'),
    ...ceiling(peak, peak.cacheBandwidth, from, to, 'cache'),
  ]);
  const columns = [...new Set(points.map(({ column }) => column))];
  const svg = await drawSvg('Roofline of one core: what was reached below what it can do', (Plot) => ({
    ...axes('operations per byte, as if nothing were fused', 'GFLOP/s'),
    marginRight: 150,
    color: { domain: columns, range: [...colours] },
    marks: [
      Plot.line(roofs, {
        x: 'intensity',
        y: 'rate',
        z: 'line',
        stroke: 'currentColor',
        strokeOpacity: 0.5,
        strokeDasharray: '4 3',
      }),
      Plot.text(roofs, Plot.selectFirst({ x: 'intensity', y: 'rate', z: 'line', text: 'line', dy: -6, textAnchor: 'start' })),
      Plot.dot(points, { x: 'intensity', y: 'rate', fill: 'column', r: 3 }),
      ...columns.flatMap((column, i) => {
        const place = { frameAnchor: 'top-right', dx: 16, dy: 10 + 18 * i } as const;
        return [
          Plot.dot([column], { ...place, fill: [column], r: 4 }),
          Plot.text([column], { ...place, dx: place.dx + 10, text: [column], textAnchor: 'start' }),
        ];
      }),
    ],
  }));
  return { file: 'roofline.svg', svg };
};

/** The figures that the report has measurements for. */
export const figuresOf = async (report: BenchmarkReport, { scalings }: Pick<Suite, 'scalings'>): Promise<readonly Figure[]> => {
  const all = [...scalings.map((scaling) => scalingFigure(report, scaling)), workersFigure(report), rooflineFigure(report)];
  return (await Promise.all(all)).filter((figure) => figure !== undefined);
};
