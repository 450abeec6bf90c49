import picocolors from 'picocolors';
import { describe, expect, test } from 'vitest';
import { duration, percent } from '../src/output/numbers.ts';
import { renderTable } from '../src/output/table.ts';
import type { Output } from '../src/terminal.ts';
import { examples, typed } from '../src/typed.ts';

test.each([
  [0.991, '99%'],
  [0.00123, '0.12%'],
  [1e-7, '<0.001%'],
  [123, '>999%'],
  [NaN, 'NaN'],
])('percent(%d) is %s', (value, text) => expect(percent(value)).toBe(text));

test.each([
  [12, '12 ms'],
  [12_340, '12.3 s'],
  [125_000, '2 min 5 s'],
  [59_990, '1 min 0 s'],
  [119_800, '2 min 0 s'],
])('duration(%d) is %s', (value, text) => expect(duration(value)).toBe(text));

describe('how the command is typed', () => {
  test('by its name', () => expect(typed({ env: { npm_lifecycle_event: 'nalu', npm_package_name: 'theirs' } })).toBe('nalu'));
  test('through npm in a checkout', () => {
    const env = { npm_lifecycle_event: 'nalu', npm_package_name: 'nalu' };
    expect(typed({ env })).toBe('npm run -s nalu --');
    expect(examples({ env }, [['fit "a*b"', 'one'], ['start']])).toBe(
      '\nExamples:\n  npm run -s nalu -- fit "a*b"  one\n  npm run -s nalu -- start',
    );
  });
});

describe('a table', () => {
  const output = (width: number | undefined): Output => ({
    width,
    colours: picocolors.createColors(false),
    interactive: false,
    line: () => {},
    stream: process.stderr,
  });
  const columns = [{ title: 'name' }, { title: 'value', align: 'right' }, { title: 'words' }] as const;
  const rows = [
    ['a', '1', 'some words that go on and on, so that a narrow screen has to break them'],
    ['long name', '12.5', 'few'],
  ];

  test('aligns its columns and never ends a line with spaces', () => {
    const lines = renderTable(output(undefined), columns, rows).split('\n');
    expect(lines).toEqual([
      '  name       value  words',
      '  a              1  some words that go on and on, so that a narrow screen has to break them',
      '  long name   12.5  few',
    ]);
  });

  test('wraps its last column to the width of the screen, losing nothing', () => {
    const lines = renderTable(output(50), columns, rows).split('\n');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(50);
    const words = lines
      .slice(1, -1)
      .map((line) => line.slice(20).trim())
      .join(' ');
    expect(words).toBe(rows[0]![2]);
  });

  const long = `≈ ${Array.from({ length: 30 }, (_, i) => `x${i}`).join('·')}  (1%)`;
  const narrow = [
    ['a', '1', long],
    ['b', '2', ''],
  ];

  test.each([14, 20, 40, 60, 80])('at %d characters a formula stands below its row, and no character is lost', (width) => {
    const lines = renderTable(output(width), columns, narrow).split('\n');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(Math.max(width, 13));
    const from = lines.findIndex((line) => line.includes('≈'));
    expect(lines.slice(from, -1).join('').replaceAll(' ', '')).toBe(long.replaceAll(' ', ''));
    expect(lines[from - 1]).toMatch(/^ {2}a +1$/);
    expect(lines.at(-1)).toMatch(/^ {2}b +2$/);
  });

  test('a long title of the last column wraps with it', () => {
    const titled = [{ title: 'name' }, { title: 'a formula, and its own error far outside' }] as const;
    const lines = renderTable(output(40), titled, [['a', 'short words only']]).split('\n');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(40);
    expect(
      lines
        .slice(0, -1)
        .map((line) => line.slice(8).trim())
        .join(' '),
    ).toBe(titled[1].title);
  });

  test('titles of several lines stay above the rows', () => {
    const titled = [{ title: 'name' }, { title: 'error\noutside', align: 'right' }, { title: 'formula' }] as const;
    expect(
      renderTable(output(40), titled, narrow.slice(1))
        .split('\n')
        .map((line) => line.trim()),
    ).toEqual(['name    error  formula', 'outside', 'b           2']);
    expect(renderTable(output(40), titled, narrow).split('\n').slice(0, 4)).toEqual([
      '  name    error',
      '        outside',
      '      formula',
      '  a           1',
    ]);
  });
});
