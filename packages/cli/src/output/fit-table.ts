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
  { title: 'peak\nkB', align: 'right' },
  { title: 'formula, and its own error outside' },
];

/** The formula never stands without its error: a rounded formula can look right and be wrong. */
const formulaCell = ({ failure, formula, formulaError }: FitRun, { colours }: Output): string => {
  if (failure !== null) return colours.red(failure);
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
    run.microsecondsPerStep === null ? '' : short(run.microsecondsPerStep),
    run.peakBytes === null ? '' : short(run.peakBytes / 1000),
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

type Weight = FitRun['weights'][number];

/** `0/add[1, 0]` is a weight of the matrix `0/add`. */
const matrixOf = ({ path }: Weight): string => path.slice(0, path.indexOf('['));

const digits = (value: number): string => value.toFixed(4).replace(/^-0\.0000$/, '0.0000');

const matrixLine = (name: string, weights: readonly Weight[], { colours }: Output): string => {
  const values = weights.map(({ value }) => digits(value)).join('  ');
  return `    ${name.padEnd(12)} ${values}  ${colours.dim(`at most ${short(Math.max(...weights.map(({ distance }) => distance)))} from -1, 0 or 1`)}`;
};

/** The weights behind a formula, matrix by matrix, with how far they are from the whole numbers that they may stand for. */
export const renderWeights = ({ title, backend, member, seeds, weights, gates }: FitRun, out: Output): string => {
  const names = [...new Set(weights.map(matrixOf))];
  const chosen = gates.map(
    (gate) => `    ${`gate ${gate.path}`.padEnd(12)} ${gate.chosen}  ${out.colours.dim(`mean ${short(gate.mean)}`)}`,
  );
  return [
    `  ${title} on ${backend}, member ${member} of ${seeds}`,
    ...names.map((name) =>
      matrixLine(
        name,
        weights.filter((weight) => matrixOf(weight) === name),
        out,
      ),
    ),
    ...chosen,
  ].join('\n');
};
