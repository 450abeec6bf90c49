import { parseArgs } from 'node:util';
import type { Tier } from '@nalu/conformance';
import type { Row } from '../table/row.ts';
import { table } from '../table/table.ts';

export interface CertifyOptions {
  readonly rows: readonly Row[];
  readonly tier: Tier;
  readonly soakSteps: number;
  /** Name of the folder of this machine's reports; absent: after its processor. */
  readonly machine?: string;
}

/** The command was typed wrongly: the message says how. */
export class UsageError extends Error {}

const usage = `npm run certify -- [options]

Runs the conformance suite on every backend, in every mode, at every place of the table, and writes the reports to
docs/certification and docs/certification.md.

  --only <text>      only rows whose name contains the text; may be given several times
  --tier <tier>      smoke or certify (default: certify)
  --soak <steps>     steps of the long training run (default: 10000; 0: none)
  --machine <name>   folder of this machine's reports (default: after its processor)
  --list             print the names of the rows, and run nothing
  --help             print this

Exit codes: 0 all is as the table expects; 1 something is not; 2 wrong options; 130 interrupted (finished reports are kept).`;

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        only: { type: 'string', multiple: true, default: [] },
        tier: { type: 'string', default: 'certify' },
        soak: { type: 'string', default: '10000' },
        machine: { type: 'string' },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
};

const rowsNamed = (texts: readonly string[]): readonly Row[] => {
  for (const text of texts)
    if (!table.some(({ id }) => id.includes(text)))
      throw new UsageError(`No row's name contains "${text}". --list prints them all.`);
  return table.filter(({ id }) => texts.length === 0 || texts.some((text) => id.includes(text)));
};

/** What to do: print a text, or certify. @throws UsageError */
export const readOptions = (args: readonly string[]): { readonly print: string } | CertifyOptions => {
  const { only, tier, soak, machine, list, help } = parse(args);
  if (help) return { print: usage };
  if (list) return { print: table.map(({ id }) => id).join('\n') };
  if (tier !== 'smoke' && tier !== 'certify') throw new UsageError(`--tier must be smoke or certify, but it is "${tier}".`);
  const soakSteps = Number(soak);
  if (!Number.isInteger(soakSteps) || soakSteps < 0 || soakSteps % 10 !== 0)
    throw new UsageError(`--soak must be a whole number of tens, but it is "${soak}".`);
  if (machine !== undefined && !/^[a-z0-9-]+$/.test(machine))
    throw new UsageError(`--machine must be a name of small letters, digits and hyphens, but it is "${machine}".`);
  return { rows: rowsNamed(only), tier, soakSteps, ...(machine === undefined ? {} : { machine }) };
};
