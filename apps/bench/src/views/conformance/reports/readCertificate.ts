import * as v from 'valibot';
import { certificateSchema, type Certificate } from './certificate.ts';
import type { Report } from './report.ts';

const machineOf = ({ machine: { cpu, cores, system, node }, browser }: Certificate): string =>
  `${cpu}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${system}, ${browser ?? `Node ${node}`}`;

/** Reads one committed report. @throws ValiError when it is none. */
export const readCertificate = (json: unknown): Report => {
  const certificate = v.parse(certificateSchema, json);
  const { row, tier: howHard, date, machine, result } = certificate;
  return {
    id: row.id,
    backend: row.backend,
    mode: row.mode,
    place: row.place,
    tier: howHard,
    date: date.slice(0, 10),
    machine: machineOf(certificate),
    commit: machine.commit,
    result: 'refusal' in result ? { refusal: result.refusal.message } : result,
  };
};
