import { opNames } from '@nalu/core/graph';
import type { Row } from '../table/row.ts';
import { table, titleOf } from '../table/table.ts';
import type { Certificate } from './certificate.ts';
import type { MachineReports } from './store.ts';

type Ran = Extract<Certificate['result'], { readonly passed: number }>;

const placeTitles: { readonly [P in Row['place']]: string } = {
  node: 'Node',
  chromium: 'Chromium',
  'chromium-policy': 'Chromium, strict policy',
  firefox: 'Firefox',
  webkit: 'WebKit',
};

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`).replaceAll(/\s+/g, ' ');

const tableOf = (titles: readonly string[], rows: readonly (readonly string[])[]): string =>
  [titles, titles.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');

const ran = ({ result }: Certificate): Ran | undefined => ('refusal' in result ? undefined : result);

const worstOf = ({ ops }: Ran): string => {
  const [worst] = [...ops].filter(({ worstUlp }) => worstUlp !== null).sort((a, b) => b.worstUlp! - a.worstUlp!);
  return worst === undefined ? '' : `${worst.worstUlp} (${worst.op})`;
};

const soakOf = ({ soak }: Ran): string => (soak === null ? '' : `${soak.steps.toLocaleString('en')} steps`);

const cellsOf = (certificate: Certificate): readonly string[] => {
  const { complaints, result } = certificate;
  if ('refusal' in result)
    return ['refuses', '', '', '', '', '', complaints.length === 0 ? 'as it should' : complaints.join(' ')];
  return [
    `${result.info.device}${result.info.softwareAdapter ? ', in software' : ''}`,
    `${result.passed}${certificate.tier === 'smoke' ? ' (smoke)' : ''}`,
    String(result.failed),
    String(result.deviations.length),
    worstOf(result),
    soakOf(result),
    complaints.length === 0 ? `${result.seconds} s` : complaints.join(' '),
  ];
};

const rowCells = (row: Row, certificates: readonly Certificate[]): readonly string[] => {
  const certificate = certificates.find((each) => each.row.id === row.id);
  const cells = certificate === undefined ? ['not run on this machine', '', '', '', '', '', ''] : cellsOf(certificate);
  return [titleOf(row), placeTitles[row.place], ...cells];
};

const summary = (certificates: readonly Certificate[]): string =>
  tableOf(
    ['backend', 'place', 'device', 'passed', 'failed', 'deviations', 'worst ulp', 'soak', 'time'],
    table.map((row) => rowCells(row, certificates)),
  );

/** Rows of the table that are not certified in full, and why. */
const onlySmoke = (certificates: readonly Certificate[]): string =>
  table
    .flatMap((row) =>
      row.expected.outcome === 'runs' &&
      row.expected.onlySmoke !== undefined &&
      certificates.some((each) => each.row.id === row.id && ran(each) !== undefined)
        ? [`\n\nOnly the tier \`smoke\`: ${titleOf(row)}, ${placeTitles[row.place]}. ${row.expected.onlySmoke}`]
        : [],
    )
    .join('');

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)];

const deviations = (certificates: readonly Certificate[]): string => {
  const lines = unique(
    certificates.flatMap((certificate) =>
      (ran(certificate)?.deviations ?? []).map(
        ({ op, case: name, reason, link }) => `- **${certificate.row.backend}**, ${op}: ${name}. ${reason} ([more](${link}))`,
      ),
    ),
  );
  return lines.length === 0 ? 'None.' : lines.join('\n');
};

/** Backends in their modes, each with the largest error of an op over all its places. */
const errors = (certificates: readonly Certificate[]): string => {
  const names = unique(certificates.filter((each) => ran(each) !== undefined).map(({ row }) => titleOf(row)));
  const worst = (op: string, name: string): string => {
    const values = certificates
      .filter(({ row }) => titleOf(row) === name)
      .flatMap((each) => ran(each)?.ops.find((summaryOf) => summaryOf.op === op)?.worstUlp ?? []);
    return values.length === 0 ? '' : String(Math.max(...values));
  };
  return tableOf(
    ['op', ...names],
    opNames.map((op) => [`\`${op}\``, ...names.map((name) => worst(op, name))]),
  );
};

const machineSection = ({ name, certificates }: MachineReports): string => {
  const { machine } = certificates[0]!;
  const browsers = unique(certificates.flatMap(({ browser }) => browser ?? []));
  const adapters = unique(certificates.flatMap((each) => (ran(each)?.info.softwareAdapter ? ran(each)!.info.device : [])));
  const days = unique(certificates.map(({ date }) => date.slice(0, 10)).sort());
  const commits = unique(certificates.map((each) => each.machine.commit));
  return `## ${name}

${machine.cpu}, ${machine.cores} cores, ${machine.system}. Node ${machine.node}${browsers.map((browser) => `, ${browser}`).join('')}.
${unique([days[0]!, days.at(-1)!]).join(' to ')}, commit ${commits.join(', ')}.${adapters.length === 0 ? '' : `\nGPUs imitated in software: ${adapters.join('; ')}. Their times say nothing about a real GPU.`}

${summary(certificates)}${onlySmoke(certificates)}

### Deviations

${deviations(certificates)}

### Largest errors

In units in the last place of the exact result, over all places; for contractions, of Σ|terms|. What is allowed is in
[Numerics](numerics.md): also that denormal numbers count as 0, which makes the errors in the hundreds of thousands.

${errors(certificates)}
`;
};

/** docs/certification.md, from all reports. */
export const certificationPage = (reports: readonly MachineReports[]): string => `# Certification

Every backend, in every mode, at every place where it runs, against the conformance suite of the tier \`certify\`, and a long
training run in which neither \`memory()\` nor what can be seen of the GPU's memory may grow. This page and the reports below
\`docs/certification\` are written by \`npm run certify\`.

"Strict policy" is a page without cross-origin isolation whose Content-Security-Policy is
\`default-src 'self'; script-src 'self' 'wasm-unsafe-eval'\`. "Refuses": \`createBackend\` rejects with
\`BackendUnavailableError\`. The other pages are cross-origin isolated. WebKit calls every GPU "Apple GPU": on
a Linux machine without a GPU it is Mesa's, imitated in software.

${reports.map(machineSection).join('\n')}`;
