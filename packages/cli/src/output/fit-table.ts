import type { FitProblem, FitRun } from '@nalu/experiments';
import type { Output } from '../terminal.ts';
import { percent, short } from './numbers.ts';
import { renderTable, type Column } from './table.ts';

const columns: readonly Column[] = [
  { title: 'backend' },
  { title: 'model' },
  { title: 'MSE\ninside', align: 'right' },
  { title: 'MSE\noutside', align: 'right' },
  { title: 'error\noutside', align: 'right' },
  { title: 'µs\n/step', align: 'right' },
  { title: 'formula, and its own error outside' },
];

/** The formula never stands without its error: a rounded formula can look right and be wrong. */
const formulaCell = ({ formula, formulaError }: FitRun, { colours }: Output): string => {
  if (formula === null) return colours.dim('no formula');
  const error = formulaError === null ? '' : `  ${colours.dim(`(${percent(formulaError.extrapolation)})`)}`;
  return `${formula}${error}`;
};

const row = (run: FitRun, best: FitRun | undefined, out: Output): readonly string[] => {
  const { colours } = out;
  const outside = percent(run.extrapolation.relative);
  return [
    run.backend,
    run === best ? colours.bold(run.title) : run.title,
    short(run.interpolation.mse),
    short(run.extrapolation.mse),
    run.learned ? colours.green(outside) : outside,
    short(run.microsecondsPerStep),
    formulaCell(run, out),
  ];
};

/** The results of `fit` on one problem. The run with the lowest validation error is bold. */
export const renderFit = (problem: FitProblem, runs: readonly FitRun[], best: FitRun | undefined, out: Output): string =>
  [
    `${out.colours.bold(problem.name)}  ${problem.division}`,
    renderTable(
      out,
      columns,
      runs.map((run) => row(run, best, out)),
    ),
  ].join('\n');

const number = (value: number): string => (Object.is(value, -0) ? '0' : value.toFixed(4));

/** The weights behind a formula: one line per layer, with how far they are from the whole numbers that they stand for. */
export const renderWeights = (run: FitRun, { colours }: Output): string => {
  const lines = run.weights.map(({ layer, values, distance }) => {
    const matrix = values.map((line) => line.map(number).join(' ')).join('; ');
    const name = run.weights.length > 1 ? `layer ${layer + 1}  ` : '';
    return `    ${name}W = [${matrix}]  ${colours.dim(`at most ${short(distance)} from -1, 0 or 1`)}`;
  });
  return [`  ${run.title} on ${run.backend}, seed ${run.member} of ${run.seeds}`, ...lines].join('\n');
};
