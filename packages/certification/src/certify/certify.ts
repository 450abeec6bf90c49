import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundlePage } from '../pages/bundle.ts';
import { pagePlaces } from '../pages/places.ts';
import type { Place, Row } from '../table/row.ts';
import { titleOf } from '../table/table.ts';
import { certificateOf, type Certificate } from './certificate.ts';
import { folderNameOf, thisMachine } from './machine.ts';
import { certificationPage } from './markdown.ts';
import type { CertifyOptions } from './options.ts';
import { processMemory } from './processMemory.ts';
import { progressLine } from './progress.ts';
import { runInNode } from './runInNode.ts';
import { runInPage } from './runInPage.ts';
import type { Runner } from './runner.ts';
import type { MemorySample } from './soakComplaints.ts';
import { readReports, writeCertificate } from './store.ts';

/** A place where rows can run, or the reason why there is none. */
type Access = Runner | { readonly missing: string };

const accessTo = async (place: Place): Promise<Access> => {
  if (place === 'node') return runInNode;
  const { browser } = pagePlaces[place];
  if (browser.find() === undefined) return { missing: `${browser.name} is not on this machine. ${browser.remedy}` };
  return runInPage(place, await bundlePage('certify'));
};

/** Complaints that are printed; the report has more of them. */
const SHOWN = 5;

const verdict = ({ row, complaints, result, browser }: Certificate): string => {
  const how =
    'refusal' in result
      ? 'refuses to run'
      : `${result.passed} passed, ${result.failed} failed, ${result.deviations.length} deviations, ${result.seconds} s`;
  const lines = [
    `${complaints.length === 0 ? 'ok    ' : 'FAILED'} ${row.id.padEnd(34)} ${how}${browser === null ? '' : `, ${browser}`}`,
  ];
  const more = complaints.length > SHOWN ? [`and ${complaints.length - SHOWN} more`] : [];
  return [...lines, ...[...complaints.slice(0, SHOWN), ...more].map((complaint) => `       ${complaint}`)].join('\n');
};

const certifyRow = async (row: Row, runner: Runner, options: CertifyOptions, signal: AbortSignal): Promise<Certificate> => {
  const processes: MemorySample[] = [];
  const { soakSteps } = options;
  const tier = row.expected.outcome === 'runs' && row.expected.onlySmoke !== undefined ? 'smoke' : options.tier;
  const run = await runner(row, {
    tier,
    soakSteps,
    onProgress: ({ done, total, next }) =>
      progressLine.show(`${titleOf(row)} at ${row.place}: ${Math.round((100 * done) / total)} %  ${next}`),
    onMark: ({ step }, pid) => {
      progressLine.show(`${titleOf(row)} at ${row.place}: training, step ${step} of ${soakSteps}`);
      processes.push({ step, mebibytes: processMemory(pid) });
    },
    signal,
  });
  return certificateOf(row, tier, run, processes, thisMachine());
};

/** The folder of the reports, inside the repository. */
const REPORTS = 'docs/certification';

/**
 * Runs rows one after the other, in `root`, the folder of the repository. Each report is written as soon as its row has run.
 *
 * @returns the number of rows that are not as they should be
 */
export const certify = async (root: string, options: CertifyOptions, signal: AbortSignal): Promise<number> => {
  const folder = join(root, REPORTS);
  const own = join(folder, options.machine ?? folderNameOf(thisMachine()));
  const known = new Map<Place, Access>();
  let failed = 0;
  for (const row of options.rows) {
    const access = known.get(row.place) ?? (await accessTo(row.place));
    if ('missing' in access) {
      if (!known.has(row.place)) console.log(`n/a    ${row.place.padEnd(34)} ${access.missing}`);
      known.set(row.place, access);
      continue;
    }
    known.set(row.place, access);
    progressLine.show(`${titleOf(row)} at ${row.place}: starting`);
    try {
      const certificate = await certifyRow(row, access, options, signal);
      progressLine.clear();
      console.log(verdict(certificate));
      writeCertificate(own, certificate);
      if (certificate.complaints.length > 0) failed++;
    } catch (error) {
      progressLine.clear();
      if (signal.aborted) break;
      console.log(`FAILED ${row.id.padEnd(34)} ${error instanceof Error ? error.message : String(error)}`);
      failed++;
    }
  }
  writeFileSync(`${folder}.md`, certificationPage(readReports(folder)));
  return failed;
};
