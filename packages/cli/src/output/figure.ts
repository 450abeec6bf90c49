import type { Report, Row } from '@nalu/experiments/reproduce';
import type * as PlotLibrary from '@observablehq/plot';
import type { Markish, PlotOptions, ScaleOptions } from '@observablehq/plot';
import { fullTitle } from './reproduce-table.ts';
import { colours, drawSvg } from './svg.ts';
import { testNames } from './test-names.ts';

const lineHeight = 18;
const letterWidth = 6.4;

/** The rows' names on the axis. */
const namesOf = (rows: readonly Row[]): readonly string[] => {
  const testName = testNames(rows);
  return rows.map((row) =>
    [row.operation, row.module, row.range, row.setting, testName(row)].filter((part) => part !== '').join('  '),
  );
};

interface Point {
  readonly x: number;
  readonly error: number;
  readonly module: string;
}

/** A label at the right end of each curve; labels that would touch are moved apart. */
const endLabels = (points: readonly Point[], gap: number): readonly Point[] => {
  const last = Math.max(...points.map(({ x }) => x));
  let least = -Infinity;
  return points
    .filter(({ x }) => x === last)
    .sort((a, b) => a.error - b.error)
    .map((point) => {
      least = Math.max(point.error, least + gap);
      return { ...point, error: least };
    });
};

/** A line per network: the mean error at each point. */
const curveFigure = ({ curves }: Report, Plot: typeof PlotLibrary): PlotOptions => {
  const points = curves.flatMap(({ module, x, error }) => x.map((value, i): Point => ({ x: value, error: error[i]!, module })));
  const most = Math.max(...points.map(({ error }) => error));
  return {
    height: 480,
    color: { legend: false, range: colours },
    x: { label: 'x' },
    y: { label: 'mean |error|', nice: true },
    marks: [
      Plot.line(points, { x: 'x', y: 'error', stroke: 'module', strokeWidth: 1.5 }),
      Plot.text(endLabels(points, most / 28), { x: 'x', y: 'error', text: 'module', dx: 6, textAnchor: 'start' }),
    ],
  };
};

/** One line per name, in the order of the report. */
const rowFigure = (names: readonly string[], marks: readonly Markish[], x: ScaleOptions): PlotOptions => ({
  height: 70 + lineHeight * names.length,
  marginLeft: 20 + letterWidth * Math.max(...names.map((name) => name.length)),
  marginRight: 30,
  x,
  y: { label: null, grid: true, domain: names },
  marks: [...marks],
});

const diamond = { symbol: 'diamond', stroke: colours[0]!, r: 5 } as const;

/** A dot per row with its interval, and a diamond for the published rate. */
const rateFigure = ({ rows }: Report, Plot: typeof PlotLibrary): PlotOptions => {
  const rates = rows.filter(({ successes }) => successes !== null);
  const names = namesOf(rates);
  const data = rates.map((row, i) => ({
    name: names[i]!,
    rate: row.successRate!,
    low: row.interval![0],
    high: row.interval![1],
    published: row.published,
  }));
  return rowFigure(
    names,
    [
      Plot.ruleY(data, { y: 'name', x1: 'low', x2: 'high', stroke: colours[1]! }),
      Plot.dot(data, { y: 'name', x: 'rate', fill: colours[1]! }),
      Plot.dot(
        data.filter(({ published }) => published !== null),
        { y: 'name', x: 'published', ...diamond },
      ),
    ],
    { domain: [0, 100], percent: true, label: 'successes in %: ours with its 95 % interval (dot), published (diamond)' },
  );
};

/** A logarithmic axis has no 0. */
const positive = (value: number): number => Math.max(value, 1e-12);

/** A dot per row and test, and a diamond for the published score. */
const scoreFigure = ({ rows }: Report, Plot: typeof PlotLibrary): PlotOptions => {
  const scores = rows.filter(({ score }) => Number.isFinite(score));
  const names = namesOf(scores);
  const data = scores.map((row, i) => ({
    name: names[i]!,
    score: positive(row.score),
    published: row.published === null ? null : positive(row.published),
  }));
  return rowFigure(
    names,
    [
      Plot.dot(data, { y: 'name', x: 'score', fill: colours[1]! }),
      Plot.dot(
        data.filter(({ published }) => published !== null),
        { y: 'name', x: 'published', ...diamond },
      ),
    ],
    { type: 'log', tickFormat: '~g', label: 'score: ours (dot), published (diamond); smaller is better' },
  );
};

/** The figure of a report, as the text of an SVG file. */
export const figure = async (report: Report): Promise<string> => {
  const draw =
    report.curves.length > 0 ? curveFigure : report.rows.some(({ successes }) => successes !== null) ? rateFigure : scoreFigure;
  const title = fullTitle(report);
  return drawSvg(title, (Plot) => draw(report, Plot));
};
