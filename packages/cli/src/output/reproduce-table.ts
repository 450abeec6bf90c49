import { certainties, type Certainty, type Report, type Row } from '@nalu/experiments/reproduce';
import type { Output } from '../terminal.ts';
import { duration, short } from './numbers.ts';
import { renderTable, type Column } from './table.ts';
import { testNames } from './test-names.ts';
import { paragraph } from './wrap.ts';

/** What a column shows of a row; columns that are empty throughout are left out. */
interface ReportColumn extends Column {
  readonly cell: (row: Row) => string;
}

const whole = (share: number): string => `${Number((100 * share).toFixed(1))}`;

/** 17/25, 68 % (48 to 83). */
const rateCell = (successes: number, runs: number, [low, high]: readonly [number, number]): string =>
  `${successes}/${runs}  ${whole(successes / runs)} % (${whole(low)} to ${whole(high)})`;

const attemptCell = ({ attempts }: Row): string =>
  attempts === undefined ? '' : rateCell(attempts.successes, attempts.attempts, attempts.interval);

const costCell = ({ attempts, steps }: Row): string =>
  attempts === undefined
    ? ''
    : `${attempts.restarts} × ${steps.toLocaleString('en-US')} steps, ${duration(attempts.processorMilliseconds)}`;

const marks: { readonly [C in Certainty]: string } = {
  certain: '',
  computed: '',
  figure: '~',
  abstract: '~',
  secondary: '?',
  unverified: '?',
};

const publishedCell = ({ published, certainty, successes }: Row): string => {
  if (published === null || certainty === null) return '';
  return `${marks[certainty]}${successes === null ? short(published) : `${whole(published)} %`} ${certainty}`;
};

const isRate = (row: Row): boolean => row.successes !== null;

const columnsFor = (rows: readonly Row[]): readonly ReportColumn[] => [
  { title: 'operation', cell: ({ operation }) => operation },
  { title: 'module', cell: ({ module }) => module },
  { title: 'range', cell: ({ range }) => range },
  { title: 'setting', cell: ({ setting }) => setting },
  { title: 'test', cell: testNames(rows) },
  {
    title: 'success, 95 % interval',
    align: 'right',
    cell: ({ successes, runs, interval }) => (successes === null ? '' : rateCell(successes, runs, interval!)),
  },
  { title: 'with restarts, 95 % interval', align: 'right', cell: attemptCell },
  {
    title: 'of them exact',
    align: 'right',
    cell: ({ attempts }) => (attempts === undefined ? '' : `${attempts.exact}/${attempts.attempts}`),
  },
  { title: 'cost of an attempt', align: 'right', cell: costCell },
  { title: 'solved at', align: 'right', cell: ({ solvedAt }) => (solvedAt === null ? '' : short(solvedAt)) },
  {
    title: 'sparsity error',
    align: 'right',
    cell: (row) => (row.sparsityError === null || !isRate(row) ? '' : short(row.sparsityError)),
  },
  { title: 'runs', align: 'right', cell: (row) => (isRate(row) ? '' : String(row.runs)) },
  { title: 'score', align: 'right', cell: (row) => (isRate(row) ? '' : short(row.score)) },
  {
    title: 'median error',
    align: 'right',
    cell: (row) => `${short(row.medianError)} ±${short(row.errorDeviation)}`,
  },
  { title: 'untrained', align: 'right', cell: (row) => (isRate(row) ? '' : short(row.untrainedError)) },
  { title: 'published', align: 'right', cell: publishedCell },
];

/** A column for each other criterion: how often it would have said success. */
const otherCriteria = (rows: readonly Row[]): readonly ReportColumn[] =>
  [...new Set(rows.flatMap(({ alsoBy }) => alsoBy.map(({ criterion }) => criterion)))].map((name) => ({
    title: `by ${name}`,
    align: 'right',
    cell: ({ alsoBy, runs }) => {
      const rate = alsoBy.find(({ criterion }) => criterion === name);
      return rate === undefined ? '' : `${rate.successes}/${runs}`;
    },
  }));

const used = (rows: readonly Row[]): readonly ReportColumn[] =>
  [...columnsFor(rows), ...otherCriteria(rows)].filter(({ cell }) => rows.some((row) => cell(row) !== ''));

const batchNotes = ({ sharedBatches }: Report): readonly string[] =>
  sharedBatches
    ? [
        'All runs of a cell learn from the same batches, which takes a fraction of the time; in the protocol each run draws its own. Every single run is one of the protocol, but runs are independent of each other in their first weights only.',
      ]
    : [];

const certaintyNotes = (rows: readonly Row[]): readonly string[] =>
  [...new Set(rows.flatMap(({ certainty }) => certainty ?? []))].map((name) => `Published, ${name}: ${certainties[name]}.`);

const restartNotes = (rows: readonly Row[]): readonly string[] => {
  const attempts = rows.find((row) => row.attempts !== undefined)?.attempts;
  if (attempts === undefined) return [];
  const fit = attempts.fitted
    ? ' Every network is also fitted to rows of the training range by least squares, as the protocol says, and the fit is chosen where it has less.'
    : '';
  return [
    `With restarts: an attempt trains ${attempts.restarts} networks from different seeds as one population and keeps the one with the least loss on validation rows of the training range, its weights as trained or moved to exact values, whichever has less.${fit} Test rows are seen after that. The cost is that of the whole attempt, in training steps and processor time.`,
  ];
};

/** In the typewriter's font, or Markdown would take an operation for a list. */
const differentCell = ({ operation, module, range, setting, fisherP }: Row): string =>
  `\`${`${operation} ${module} ${range} ${setting}`.trim()}\` (p = ${short(fisherP!)})`;

const comparisonNotes = (rows: readonly Row[]): readonly string[] => {
  const compared = rows.filter(({ fisherP }) => fisherP !== null);
  if (compared.length === 0) return [];
  const different = compared.filter(({ differs }) => differs);
  const about = `Fisher's exact test with Holm's correction, ${compared.length} published rates of known runs`;
  if (different.length === 0) return [`${about}: none differs significantly from ours.`];
  const explanations = [...new Set(different.map(({ explanation }) => explanation))];
  return [
    `${about}: ${different.length} ${different.length === 1 ? 'differs' : 'differ'} significantly from ours.`,
    ...explanations.map((explanation) => {
      const cells = different.filter((row) => row.explanation === explanation).map(differentCell);
      return `${cells.join('; ')}: ${explanation ?? 'not looked into yet.'}`;
    }),
  ];
};

/** What is less than the whole experiment by its protocol, or in another way: cells, runs, steps, batches. Empty: nothing is. */
const limitsOf = ({ covers, shortened, sharedBatches }: Report): string =>
  [covers, shortened, sharedBatches ? 'the runs of a cell learn from the same batches' : '']
    .filter((part) => part !== '')
    .join('; ');

/** The experiment's name and title, and what is less than the whole of it. */
export const fullTitle = (report: Report): string => {
  const limits = limitsOf(report);
  return `${report.experiment}: ${report.title}${limits === '' ? '' : ` (${limits})`}`;
};

/** What stands below the table. */
export const reportNotes = (report: Report): readonly string[] => {
  const { criterion, rows, shortened } = report;
  return [
    `Criterion: ${criterion}`,
    ...batchNotes(report),
    ...restartNotes(rows),
    ...certaintyNotes(rows),
    ...(shortened === '' ? comparisonNotes(rows) : ['Shortened runs are not compared with published figures.']),
  ];
};

/** The results of an experiment as a table for the screen. */
export const renderReport = (report: Report, out: Output): string => {
  const { title, paper, rows } = report;
  const limits = limitsOf(report);
  const { bold, dim, yellow } = out.colours;
  const shown = used(rows);
  return [
    paragraph(out, `${bold(report.experiment)}  ${title}`),
    dim(paragraph(out, paper, 2)),
    ...(limits === '' ? [] : [yellow(paragraph(out, limits, 2))]),
    renderTable(
      out,
      shown,
      rows.map((row) => shown.map(({ cell }) => cell(row))),
    ),
    ...reportNotes(report).map((note) => dim(paragraph(out, note, 2))),
  ].join('\n');
};

const escaped = (text: string): string => text.replaceAll('|', '\\|');

const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;

/** The table in GitHub's Markdown. */
export const markdownTable = (rows: readonly Row[]): string => {
  const shown = used(rows);
  return [
    line(shown.map(({ title }) => title)),
    line(shown.map(({ align }) => (align === 'right' ? '---:' : '---'))),
    ...rows.map((row) => line(shown.map(({ cell }) => cell(row)))),
  ].join('\n');
};
