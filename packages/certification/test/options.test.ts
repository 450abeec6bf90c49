import { expect, it } from 'vitest';
import { readOptions, UsageError } from '../src/certify/options.ts';
import { table } from '../src/table/table.ts';

it('takes all rows at tier certify by default', () => {
  expect(readOptions([])).toEqual({ rows: table, tier: 'certify', soakSteps: 10_000 });
});

it('filters rows by parts of their names', () => {
  const options = readOptions(['--only', 'js-auto', '--only', 'wasm-node']);
  const rows = 'rows' in options ? options.rows : [];
  expect(rows.map(({ id }) => id)).toEqual(
    table.map(({ id }) => id).filter((id) => id.includes('js-auto') || id.includes('wasm-node')),
  );
  expect(rows.length).toBeGreaterThan(2);
});

it('prints help and the names of the rows', () => {
  expect(readOptions(['--help'])).toEqual({ print: expect.stringContaining('npm run certify') });
  expect(readOptions(['--list'])).toEqual({ print: table.map(({ id }) => id).join('\n') });
});

it.each([
  ['--only', 'nonsense'],
  ['--tier', 'best'],
  ['--soak', '15'],
  ['--soak', 'many'],
  ['--machine', '../x'],
  ['--what'],
  ['what'],
])('refuses %s %s', (...args) => {
  expect(() => readOptions(args.filter((each) => each !== undefined))).toThrow(UsageError);
});
