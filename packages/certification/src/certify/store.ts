import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Certificate } from './certificate.ts';

/** The reports of one machine, by the folder's name. */
export interface MachineReports {
  readonly name: string;
  readonly certificates: readonly Certificate[];
}

/** Writes one report, small enough to be read and compared line by line. */
export const writeCertificate = (folder: string, certificate: Certificate): void => {
  mkdirSync(folder, { recursive: true });
  const text = JSON.stringify(certificate, null, 1).replaceAll(/\{\n +"op": (?:[^{}[\]"]|"[^"\n]*")*?\n +\}/g, (object) =>
    object.replaceAll(/\n +/g, ' '),
  );
  writeFileSync(join(folder, `${certificate.row.id}.json`), `${text}\n`);
};

const readFolder = (folder: string): readonly Certificate[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Certificate);

/** All reports below a folder that has one folder per machine. */
export const readReports = (folder: string): readonly MachineReports[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => ({ name, certificates: readFolder(join(folder, name)) }))
        .filter(({ certificates }) => certificates.length > 0)
        .sort((a, b) => (a.name < b.name ? -1 : 1))
    : [];
