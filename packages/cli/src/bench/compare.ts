import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  compareReports,
  CONFIDENCE,
  hostLine,
  MARGIN,
  parseReport,
  ReportError,
  type BenchmarkReport,
  type Comparison,
  type Verdict,
} from '@nalu/experiments/benchmark';
import { exit, type ExitCode } from '../exit.ts';
import { UsageError } from '../usageError.ts';
import { writeJson } from '../output/json.ts';
import { short } from '../output/numbers.ts';
import { renderTable } from '../output/table.ts';
import { paragraph } from '../output/wrap.ts';
import type { Output } from '../terminal.ts';

/** @param path of a run, or of the folder that `--out` named. */
const readRun = async (path: string): Promise<BenchmarkReport> => {
  const found = await stat(path).catch(() => undefined);
  const file = found?.isDirectory() ? join(path, 'bench.json') : path;
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (cause as Error).message;
    throw new UsageError(`--compare: ${file} cannot be read: ${why}.`, { cause });
  }
  try {
    return parseReport(text, file);
  } catch (cause) {
    if (cause instanceof ReportError) throw new UsageError(`--compare: ${cause.message}`, { cause });
    throw cause;
  }
};

const order: readonly Verdict[] = ['slower', 'faster', 'no difference', 'not comparable'];

const colourOf = (verdict: Verdict, { colours }: Output): string =>
  ({ slower: colours.red, faster: colours.green, 'no difference': String, 'not comparable': colours.dim })[verdict](verdict);

const rowOf = ({ workload, column, measure, unit, before, after, ratio, verdict, reason }: Comparison, out: Output) => [
  workload,
  column,
  measure,
  before === null ? '' : `${short(before)} ${unit}`,
  after === null ? '' : `${short(after)} ${unit}`,
  ratio === null ? '' : `${ratio.estimate.toFixed(2)} [${ratio.low.toFixed(2)}, ${ratio.high.toFixed(2)}]`,
  `${colourOf(verdict, out)}${reason === null ? '' : `: ${reason}`}`,
];

const describe = (name: string, { host, date, stopped }: BenchmarkReport): string =>
  `${name}  ${date}  ${hostLine(host)}${stopped ? ' (stopped early)' : ''}`;

const show = (
  files: readonly [string, string],
  runs: readonly [BenchmarkReport, BenchmarkReport],
  rows: readonly Comparison[],
  out: Output,
): void => {
  runs.forEach((run, i) => out.line(paragraph(out, describe(files[i]!, run))));
  out.line('');
  const sorted = [...rows].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  out.line(
    renderTable(
      out,
      [
        { title: 'workload' },
        { title: 'column' },
        { title: 'what' },
        { title: 'before', align: 'right' },
        { title: 'after', align: 'right' },
        { title: 'after / before', align: 'right' },
        { title: 'verdict' },
      ],
      sorted.map((row) => rowOf(row, out)),
    ),
  );
  const left = rows.filter(({ verdict }) => verdict === 'not comparable').length;
  const counts = order.map((verdict) => `${rows.filter((row) => row.verdict === verdict).length} ${verdict}`);
  out.line('');
  out.line(paragraph(out, `${counts.join(', ')}.`));
  if (left > 0)
    out.line(
      paragraph(
        out,
        `What only one of the runs measured, or computed right, is not comparable: the exit code is about the rest.`,
      ),
    );
  out.line(
    out.colours.dim(
      paragraph(
        out,
        `Ratios after Hodges and Lehmann with intervals of ${CONFIDENCE * 100} % confidence; slower and faster where the whole interval lies more than ${MARGIN * 100} % from 1.`,
      ),
    ),
  );
};

/** Compares two saved runs; the exit code says whether something became slower. */
export const compareRuns = async (files: readonly string[], json: boolean, out: Output): Promise<ExitCode> => {
  const [first, second] = files;
  if (first === undefined || second === undefined || files.length !== 2)
    throw new UsageError('--compare takes two files: the run before and the run after.');
  const runs = [await readRun(first), await readRun(second)] as const;
  const rows = compareReports(...runs);
  if (json) {
    const [before, after] = runs.map(({ host, date, protocol, stopped }, i) => ({
      file: files[i],
      host,
      date,
      protocol,
      stopped,
    }));
    writeJson(out, { before, after, confidence: CONFIDENCE, margin: MARGIN, rows });
  } else {
    show([first, second], runs, rows, out);
  }
  const compared = rows.filter(({ verdict }) => verdict !== 'not comparable');
  if (compared.length === 0) throw new UsageError('--compare: the two runs have nothing in common that could be compared.');
  return compared.some(({ verdict }) => verdict === 'slower') ? exit.failure : exit.success;
};
