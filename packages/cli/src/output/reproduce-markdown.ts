import type { Report, Spent } from '@nalu/experiments/reproduce';
import { duration } from './numbers.ts';
import { fullTitle, markdownTable, reportNotes } from './reproduce-table.ts';

/** How results came about: printed with them, so that somebody else can make them again. The time is that of all cells. */
export interface Provenance extends Spent {
  readonly command: string;
  readonly seed: number;
  readonly backend: string;
  readonly machine: string;
  readonly runtime: string;
  readonly version: string;
  /** Of the code that trained the cells; several where it changed between them. Empty for an installed package. */
  readonly commits: readonly string[];
}

/** Where results came from, in one line. */
export const provenanceLine = (provenance: Provenance): string => {
  const { command, seed, backend, machine, runtime, version, commits, milliseconds, processorMilliseconds } = provenance;
  return [
    `\`${command}\``,
    `seed ${seed}`,
    `backend ${backend}`,
    machine,
    runtime,
    `nalu ${version}${commits.length === 0 ? '' : `, commit ${commits.map((commit) => commit.slice(0, 10)).join(', ')}`}`,
    `${duration(milliseconds)} of training by the clock, ${duration(processorMilliseconds)} of the processor's time`,
  ].join('; ');
};

/** The results as a page of their own. */
export const markdownPage = (report: Report, provenance: Provenance, protocol: readonly string[], figure: string): string =>
  [
    `# ${fullTitle(report)}`,
    report.paper,
    ...(report.missing === 0 ? [] : [`Not finished: ${report.missing} cells have no result yet.`]),
    `![${report.title}](${figure})`,
    markdownTable(report.rows),
    reportNotes(report)
      .map((note) => `- ${note}`)
      .join('\n'),
    ['Protocol:', ...protocol.map((sentence) => `- ${sentence}`)].join('\n'),
    provenanceLine(provenance),
    '',
  ].join('\n\n');
