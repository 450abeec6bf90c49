import type { FitProblem, FitRun } from '@nalu/experiments';
import type { Output } from '../terminal.ts';
import { percent, short } from './numbers.ts';
import { renderTable, type Column } from './table.ts';
import { paragraph } from './wrap.ts';

/** What a column shows of a run. */
interface RunColumn extends Column {
  readonly cell: (run: FitRun, best: FitRun | undefined, out: Output) => string;
}

/** Marks the best run, with and without colours. */
const star = '*';

/** On a narrower screen the columns of time and memory are left out. */
const wideEnough = 70;

/** What the percentages of `fit` and `start` are. */
export const errorMeans =
  'error: the root mean square error as a share of the root mean square of the right answers; outside: on rows outside the training range.';

/** The formula never stands without its error: a rounded formula can look right and be wrong. */
const formulaCell = ({ failure, formula, noFormula, formulaError }: FitRun, { colours }: Output): string => {
  if (failure !== null) return colours.red(failure);
  if (formula === null) return colours.dim(noFormula ?? '');
  const error = formulaError === null ? '' : `  ${colours.dim(`(${percent(formulaError.extrapolation)})`)}`;
  return `${formula}${error}`;
};

const learnedCell = ({ learned, extrapolation }: FitRun, { colours }: Output): string => {
  const outside = percent(extrapolation.relative);
  return learned ? colours.green(outside) : outside;
};

const seedsColumn: RunColumn = { title: 'seeds', align: 'right', cell: ({ seeds }) => String(seeds) };

const costs: readonly RunColumn[] = [
  {
    title: 'µs\n/step',
    align: 'right',
    cell: ({ microsecondsPerStep: time }) => (time === null ? '' : short(time)),
  },
  { title: 'peak\nkB', align: 'right', cell: ({ peakBytes }) => (peakBytes === null ? '' : short(peakBytes / 1000)) },
];

const columnsFor = (runs: readonly FitRun[], { width }: Output): readonly RunColumn[] => [
  { title: 'backend', cell: ({ backend }) => backend },
  { title: 'model', cell: (run, best, { colours }) => (run === best ? colours.bold(`${run.title} ${star}`) : run.title) },
  ...(new Set(runs.map(({ seeds }) => seeds)).size > 1 ? [seedsColumn] : []),
  { title: 'MSE\ninside', align: 'right', cell: ({ interpolation }) => short(interpolation.mse) },
  { title: 'MSE\noutside', align: 'right', cell: ({ extrapolation }) => short(extrapolation.mse) },
  { title: 'error\noutside', align: 'right', cell: (run, _, out) => learnedCell(run, out) },
  ...(width !== undefined && width < wideEnough ? [] : costs),
  { title: 'formula, and its own error outside', cell: (run, _, out) => formulaCell(run, out) },
];

const sentence = ({ title, backend, formula, noFormula, formulaError, extrapolation }: FitRun): string => {
  const error = formulaError?.extrapolation ?? extrapolation.relative;
  return `${title} on ${backend}: ${formula ?? noFormula} (${percent(error)} off far outside)`;
};

/** Which run won, by the rows inside; and where it has no formula, which of those that have one did. */
export const renderBest = (best: FitRun, readable: FitRun | undefined, out: Output): string =>
  [
    out.colours.bold(`${star} Best: ${sentence(best)}`),
    ...(best.formula === null && readable !== undefined ? [`  Best with a formula: ${sentence(readable)}`] : []),
  ]
    .map((line) => paragraph(out, line))
    .join('\n');

/** The results of `fit` on one problem. The best run has a star. */
export const renderFit = (
  problem: FitProblem,
  runs: readonly FitRun[],
  best: FitRun | undefined,
  notes: readonly string[],
  out: Output,
): string => {
  const columns = columnsFor(runs, out);
  const { bold, dim, yellow } = out.colours;
  return [
    paragraph(out, `${bold(problem.name)}  ${problem.division}`),
    renderTable(
      out,
      columns,
      runs.map((run) => columns.map(({ cell }) => cell(run, best, out))),
    ),
    dim(paragraph(out, errorMeans, 2)),
    ...notes.map((note) => paragraph(out, `${yellow('note:')} ${note}`)),
  ].join('\n');
};

type Weight = FitRun['weights'][number];

/** `0/add[1, 0]` is a weight of the matrix `0/add`. */
const matrixOf = ({ path }: Weight): string => path.slice(0, path.indexOf('['));

const digits = (value: number): string => value.toFixed(4).replace(/^-0\.0000$/, '0.0000');

const matrixLine = (name: string, weights: readonly Weight[], out: Output): string => {
  const values = weights.map(({ value }) => digits(value)).join('  ');
  // The exponents of a power law may be larger than 1; nothing is near -1, 0 or 1 then.
  const isConstrained = weights.every(({ value }) => Math.abs(value) <= 1);
  const distance = Math.max(...weights.map((weight) => weight.distance));
  const remark = isConstrained ? `  ${out.colours.dim(`at most ${short(distance)} from -1, 0 or 1`)}` : '';
  return paragraph(out, `${name.padEnd(12)} ${values}${remark}`, 2);
};

/** The weights behind a formula, matrix by matrix, with how far they are from the whole numbers that they may stand for. */
export const renderWeights = ({ title, backend, member, seeds, weights, gates }: FitRun, out: Output): string => {
  const names = [...new Set(weights.map(matrixOf))];
  const chosen = gates.map((gate) =>
    paragraph(out, `${`gate ${gate.path}`.padEnd(12)} ${gate.chosen}  ${out.colours.dim(`mean ${short(gate.mean)}`)}`, 2),
  );
  return [
    `${out.colours.bold('Weights')} of ${title} on ${backend}, ${seedOf({ member, seeds })}`,
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

/** A member as people count. */
export const seedOf = ({ member, seeds }: Pick<FitRun, 'member' | 'seeds'>): string => `seed ${(member ?? 0) + 1} of ${seeds}`;
