import type { Report, Row } from '@nalu/experiments/reproduce';
import type * as PlotLibrary from '@observablehq/plot';
import type { Markish, PlotOptions, ScaleOptions } from '@observablehq/plot';
import { colours, drawSvg } from './svg.ts';

const lineHeight = 18;

/** Rows that belong together are named alike on the axis. */
const nameOf = ({ module, range, setting }: Row): string => [module, range, setting].filter((part) => part !== '').join('  ');

/** A line per network: the mean error at each point. */
const curveFigure = ({ curves }: Report, Plot: typeof PlotLibrary): PlotOptions => {
  const points = curves.flatMap(({ module, x, error }) => x.map((value, i) => ({ x: value, error: error[i]!, module })));
  return {
    height: 460,
    color: { legend: false, range: [...colours] },
    x: { label: 'x' },
    y: { label: 'mean |error|', nice: true },
    marks: [
      Plot.line(points, { x: 'x', y: 'error', stroke: 'module', strokeWidth: 1.5 }),
      Plot.text(points, Plot.selectLast({ x: 'x', y: 'error', z: 'module', text: 'module', dx: 6, textAnchor: 'start' })),
    ],
  };
};

const rowFigure = (rows: readonly Row[], marks: readonly Markish[], x: ScaleOptions, several: boolean): PlotOptions => ({
  height: 60 + lineHeight * rows.length + 24 * new Set(rows.map(({ operation }) => operation)).size,
  marginLeft: 260,
  x,
  y: { label: null, grid: true },
  ...(several && { fy: { label: null } }),
  marks: [...marks],
});

/** A dot per row with its interval, and a diamond for the published rate. */
const rateFigure = ({ rows }: Report, Plot: typeof PlotLibrary): PlotOptions => {
  const several = new Set(rows.map(({ operation }) => operation)).size > 1;
  const data = rows.map((row) => ({
    name: nameOf(row),
    operation: row.operation,
    rate: row.successRate!,
    low: row.interval![0],
    high: row.interval![1],
    published: row.published,
  }));
  const place = { y: 'name', ...(several && { fy: 'operation' }) };
  return rowFigure(
    rows,
    [
      Plot.ruleY(data, { ...place, x1: 'low', x2: 'high', stroke: colours[1]! }),
      Plot.dot(data, { ...place, x: 'rate', fill: colours[1]! }),
      Plot.dot(
        data.filter(({ published }) => published !== null),
        { ...place, x: 'published', symbol: 'diamond', stroke: colours[0]!, r: 5 },
      ),
    ],
    { domain: [0, 1], label: 'success rate with its 95 % interval (dot), published (diamond)', percent: true },
    several,
  );
};

/** A dot per row and test, and a diamond for the published score. */
const scoreFigure = ({ rows }: Report, Plot: typeof PlotLibrary): PlotOptions => {
  const finite = rows.filter(({ score }) => Number.isFinite(score));
  const data = finite.map((row) => ({
    name: `${nameOf(row)}  ${row.test}`,
    operation: row.operation,
    score: Math.max(row.score, 1e-12),
    published: row.published === null ? null : Math.max(row.published, 1e-12),
  }));
  const several = new Set(finite.map(({ operation }) => operation)).size > 1;
  const place = { y: 'name', ...(several && { fy: 'operation' }) };
  return rowFigure(
    finite,
    [
      Plot.dot(data, { ...place, x: 'score', fill: colours[1]! }),
      Plot.dot(
        data.filter(({ published }) => published !== null),
        { ...place, x: 'published', symbol: 'diamond', stroke: colours[0]!, r: 5 },
      ),
    ],
    { type: 'log', label: 'score (dot), published (diamond); smaller is better' },
    several,
  );
};

/** The figure of a report, as the text of an SVG file. */
export const figure = async (report: Report): Promise<string> => {
  const draw =
    report.curves.length > 0 ? curveFigure : report.rows.some(({ successes }) => successes !== null) ? rateFigure : scoreFigure;
  const title = `${report.experiment}: ${report.title}${report.shortened === '' ? '' : ` (${report.shortened})`}`;
  return drawSvg(title, (Plot) => draw(report, Plot));
};
