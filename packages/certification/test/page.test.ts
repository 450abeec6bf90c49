import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { certificateOf } from '../src/certify/certificate.ts';
import { folderNameOf } from '../src/certify/machine.ts';
import { certificationPage } from '../src/certify/markdown.ts';
import { readReports } from '../src/certify/store.ts';
import { runRow } from '../src/run/runRow.ts';
import { table } from '../src/table/table.ts';

const docs = fileURLToPath(new URL('../../../docs', import.meta.url));

it('docs/certification.md is what the reports say', () => {
  const reports = readReports(`${docs}/certification`);
  const page = existsSync(`${docs}/certification.md`) ? readFileSync(`${docs}/certification.md`, 'utf8') : certificationPage([]);
  expect(page).toBe(certificationPage(reports));
});

it('shows what a run found', async () => {
  const row = table.find(({ id }) => id === 'js-auto-node')!;
  const machine = { cpu: 'Some Maker X1 CPU @ 2.0GHz', cores: 3, system: 'Some system', node: '20.20.2', commit: 'abc1234' };
  const run = { outcome: await runRow(row, { tier: 'smoke' }) };
  const certificate = certificateOf(row, 'smoke', run, [], machine);
  expect(certificate.complaints).toEqual([]);
  expect(certificate.result).toMatchObject({
    ops: expect.arrayContaining([expect.objectContaining({ op: 'tanh', worstInput: expect.stringMatching(/^tanh\(.+\)$/) })]),
  });
  const page = certificationPage([{ name: folderNameOf(machine), certificates: [certificate] }]);
  expect(page).toContain('## some-maker-x1-3-cores');
  expect(page).toMatch(/\| js, mode auto \| Node \| CPU \(generated JavaScript\) \| \d{3,} \(smoke\) \| 0 \| 0 \|/);
  expect(page).toMatch(/\| tfjs-wasm \| Node \| not run on this machine \|/);
  expect(page).toMatch(/\| `tanh` \| 0\.\d+ \|/);
});
