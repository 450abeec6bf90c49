import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Row } from '../src/table/row.ts';
import { table } from '../src/table/table.ts';

/** The file that runs a row in `npm test`. */
const fileOf = ({ place, backend }: Row): string =>
  ({ node: `node/${backend}.test.ts`, chromium: `chromium/${backend}.browser.test.ts` })[place as string] ??
  `pages/${place}.test.ts`;

it('has every row run by a test file', () => {
  const missing = table.map(fileOf).filter((file) => !existsSync(fileURLToPath(new URL(file, import.meta.url))));
  expect(missing).toEqual([]);
});

it('has one row per backend, mode and place', () => {
  const ids = table.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

it('certifies every backend somewhere', () => {
  const certified = table.filter(({ expected }) => expected.outcome === 'runs' && expected.tier === 'certify');
  expect(new Set(certified.map(({ backend }) => backend))).toEqual(new Set(table.map(({ backend }) => backend)));
});
