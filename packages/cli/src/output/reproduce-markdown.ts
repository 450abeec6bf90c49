import type { Report } from '@nalu/experiments/reproduce';
import { duration } from './numbers.ts';
import { markdownTable, reportNotes } from './reproduce-table.ts';

/** How results came about: printed with them, so that somebody else can make them again. */
export interface Provenance {
  readonly command: string;
  readonly seed: number;
  readonly backend: string;
  readonly machine: string;
  readonly runtime: string;
  readonly version: string;
  readonly commit: string | null;
  /** Of all cells, wherever and whenever they ran. */
  readonly milliseconds: number;
}

/** Where results came from, in one line. */
export const provenanceLine = ({ command, seed, backend, machine, runtime, version, commit, milliseconds }: Provenance): string =>
  [
    `\`${command}\``,
    `seed ${seed}`,
    `backend ${backend}`,
    machine,
    runtime,
    `nalu ${version}${commit === null ? '' : `, commit ${commit.slice(0, 10)}`}`,
    `${duration(milliseconds)} of training`,
  ].join('; ');

/** The results as a page of their own. */
export const markdownPage = (report: Report, provenance: Provenance, protocol: readonly string[], figure: string): string =>
  [
    `# ${report.experiment}: ${report.title}${report.shortened === '' ? '' : ` (${report.shortened})`}`,
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
