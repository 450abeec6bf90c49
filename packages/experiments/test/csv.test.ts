import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readHeader, readTable, TableError, type ReadTableOptions, type TableProblem } from '../src/index.ts';

const good = 'a,b,y\n1,2,3\n2,3,5\n4,4,8\n5,1,6\n';
const read = (text: string, options: Partial<ReadTableOptions> = {}) =>
  readTable(text, { target: 'y', file: 'f.csv', ...options });

const failure = (text: string, options: Partial<ReadTableOptions> = {}): TableError => {
  try {
    read(text, options);
  } catch (error) {
    if (error instanceof TableError) return error;
    throw error;
  }
  throw new Error('the table was accepted');
};

describe('the header alone', () => {
  test('names the columns, whatever the rows hold', () => {
    expect(readHeader('\ufeffplanet;"a, b";y\nMars;1', 'f.csv')).toEqual(['planet', 'a, b', 'y']);
  });
  test('has the same complaints as a whole table', () => {
    expect(() => readHeader('', 'f.csv')).toThrow('f.csv: the file is empty.');
    expect(() => readHeader('a,b,a\n', 'f.csv')).toThrow('f.csv, line 1, column "a": columns 1 and 3 have the same name.');
  });
});

describe('a good table', () => {
  test('is read row-major, in the order of the header', () => {
    const table = read(good);
    expect(table).toMatchObject({
      names: ['a', 'b'],
      target: 'y',
      rows: 4,
      columns: 2,
      constantColumns: [],
      ignored: [],
      delimiter: ',',
    });
    expect([...table.x]).toEqual([1, 2, 2, 3, 4, 4, 5, 1]);
    expect([...table.y]).toEqual([3, 5, 8, 6]);
  });

  test.each([
    ['a byte order mark', `\ufeff${good}`],
    ['CRLF line ends', good.replaceAll('\n', '\r\n')],
    ['CR line ends', good.replaceAll('\n', '\r')],
    ['semicolons', good.replaceAll(',', ';')],
    ['tabs', good.replaceAll(',', '\t')],
    ['quoted cells', good.replaceAll(/[^,\n]+/g, '"$&"')],
    ['spaces around cells', good.replaceAll(',', ' , ')],
    ['no newline at the end', good.trimEnd()],
    ['empty lines', `\n${good.replaceAll('\n', '\n\n')}\n\n`],
    ['other spellings of the numbers', 'a,b,y\n1.0,+2,3e0\n.2e1,3.,5\n4,4,0.8E+1\n5,1,6\n'],
  ])('may have %s', (_, text) => {
    const table = read(text);
    expect([...table.x]).toEqual([1, 2, 2, 3, 4, 4, 5, 1]);
    expect([...table.y]).toEqual([3, 5, 8, 6]);
  });

  test('may have separators, quotes and line breaks in quoted names', () => {
    const table = read('"a, in ""mm""","b\nsecond line",y\n1,2,3\n2,3,5\n4,4,8\n5,1,6\n');
    expect(table.names).toEqual(['a, in "mm"', 'b second line']);
  });

  test('has names of one line without escape codes: they stand in tables, formulas and on terminals', () => {
    const table = read('"a\r\n(mm)","\u001b[31mb",y\n1,2,3\n2,3,5\n4,4,8\n5,1,6\n', { inputs: ['a (mm)', '[31mb'] });
    expect(table.names).toEqual(['a (mm)', '[31mb']);
  });

  test('may have names that begin with #, in quotes', () => {
    expect(read('"#",a,y\n1,2,3\n2,3,5\n4,4,8\n5,1,6\n').names).toEqual(['#', 'a']);
  });

  test('reports constant inputs and ignored columns', () => {
    const table = read('a,k,name,y\n1,7,p,2\n2,7,q,3\n3,7,r,4\n4,7,s,5\n', { ignore: ['name'] });
    expect(table).toMatchObject({ names: ['a', 'k'], constantColumns: ['k'], ignored: ['name'] });
  });

  test('gives only the inputs asked for, in the order asked', () => {
    const table = read('n,a,b,y\np,1,2,3\nq,2,3,5\nr,4,4,8\ns,5,1,6\n', { inputs: ['b', 'a'] });
    expect(table).toMatchObject({ names: ['b', 'a'], ignored: ['n'] });
    expect([...table.x].slice(0, 4)).toEqual([2, 1, 3, 2]);
  });
});

describe('a bad table is refused with the place and the remedy', () => {
  type Case = readonly [
    title: string,
    text: string,
    problem: TableProblem,
    place: { line?: number; column?: string },
    says: RegExp,
    options?: Partial<ReadTableOptions>,
  ];
  const cases: readonly Case[] = [
    ['an empty file', '', 'empty-file', {}, /f\.csv: the file is empty/],
    ['a file of blank lines', '\n\n\n', 'empty-file', {}, /empty/],
    ['a header alone', 'a,b,y\n', 'no-rows', {}, /no rows.*at least 4 rows/],
    ['no header', '1,2,3\n4,5,6\n7,8,9\n', 'no-header', { line: 1 }, /only numbers.*names the columns/],
    ['a comment', '# by a, b\na,b,y\n1,2,3\n', 'no-header', { line: 1 }, /first line is a comment.*begin with #/],
    ['one column', 'y\n1\n2\n', 'one-column', { line: 1 }, /single column/],
    ['an empty name', 'a,,y\n1,2,3\n', 'empty-name', { line: 1 }, /column 2 has no name/],
    ['a duplicate name', 'a,b,a,y\n1,2,3,4\n', 'duplicate-name', { line: 1, column: 'a' }, /columns 1 and 3/],
    ['a short row', 'a,b,y\n1,2,3\n4,5\n', 'ragged-row', { line: 3 }, /2 cells, the header has 3 names/],
    ['a long row after a cell with a line break', 'a,b,n,y\n1,2,"p\nq",3\n4,5,r,6,7\n', 'ragged-row', { line: 4 }, /5 cells/],
    ['a row of decimal commas', 'a,y\n1,5,2,5\n', 'ragged-row', { line: 2 }, /decimal commas.*1\.5/],
    ['an unclosed quote', 'a,b,y\n1,2,3\n"4,5,6\n7,8,9\n', 'unclosed-quote', { line: 3 }, /never closed/],
    ['text after a closing quote', 'a,b,y\n"1"2,2,3\n', 'bad-quote', { line: 2 }, /closing quote/],
    ['a quote within a cell', 'a,b,y\n1,2"3,3\n', 'bad-quote', { line: 2 }, /middle of a cell/],
    ['a missing target', good, 'unknown-column', {}, /no column "yy"; did you mean "y"\?.*"a", "b", "y"/, { target: 'yy' }],
    [
      'a missing target like no other',
      good,
      'unknown-column',
      {},
      /no column "temperature"\. The columns are/,
      { target: 'temperature' },
    ],
    ['an unknown ignored column', good, 'unknown-column', {}, /"bb"; did you mean "b"/, { ignore: ['bb'] }],
    ['an unknown input', good, 'unknown-column', {}, /"zebra"/, { inputs: ['zebra'] }],
    ['an ignored target', good, 'conflicting-columns', { column: 'y' }, /target and as ignored/, { ignore: ['y'] }],
    ['a target among the inputs', good, 'conflicting-columns', { column: 'y' }, /target and as input/, { inputs: ['a', 'y'] }],
    ['an ignored input', good, 'conflicting-columns', { column: 'a' }, /input and as ignored/, { inputs: ['a'], ignore: ['a'] }],
    ['nothing left', good, 'one-column', {}, /no input column is left/, { ignore: ['a', 'b'] }],
    ['text columns', 'n,a,m m,y\np,1,q,2\nr,2,,3\n', 'text-column', {}, /"n", "m m" hold text.*--ignore n,"m m"/],
    ['a target of text', 'a,y\n1,p\n2,q\n3,r\n4,s\n', 'not-a-number', { line: 2, column: 'y' }, /"p" is not a number/],
    ['one word among the numbers', 'a,y\n1,2\nx1,3\n', 'not-a-number', { line: 3, column: 'a' }, /"x1" is not a number/],
    ['a unit', 'a,y\n1,2\n3 mm,3\n', 'not-a-number', { line: 3, column: 'a' }, /without units/],
    ['hexadecimal', 'a,y\n1,2\n0x1F,3\n', 'not-a-number', { line: 3, column: 'a' }, /0x1F/],
    ['an empty cell', 'a,y\n1,2\n,3\n', 'empty-cell', { line: 3, column: 'a' }, /empty.*remove the row/],
    ['a placeholder', 'a,y\n1,2\nN/A,3\n', 'empty-cell', { line: 3, column: 'a' }, /stands for a missing value/],
    ['NaN', 'a,y\n1,NaN\n2,3\n', 'not-finite', { line: 2, column: 'y' }, /not a finite number/],
    ['-Infinity', 'a,y\n1,2\n-Infinity,3\n', 'not-finite', { line: 3, column: 'a' }, /not a finite number/],
    ['a number too large', 'a,y\n1,2\n-1e39,3\n', 'out-of-range', { line: 3, column: 'a' }, /too large.*larger unit/],
    ['an overflow', 'a,y\n1,2\n1e999,3\n', 'out-of-range', { line: 3, column: 'a' }, /too large/],
    [
      'a number that is 0 even in double precision',
      'a,y\n1,2\n1e-400,3\n',
      'out-of-range',
      { line: 3, column: 'a' },
      /too small/,
    ],
    ['a number too small', 'a,y\n1,2\n1e-40,3\n', 'out-of-range', { line: 3, column: 'a' }, /too small.*smaller unit/],
    ['a decimal comma', 'a;y\n1;2\n1,5;3\n', 'decimal-comma', { line: 3, column: 'a' }, /1\.5, not 1,5/],
    ['a thousands separator', 'a,y\n1,2\n"1,000.5",3\n', 'decimal-comma', { line: 3, column: 'a' }, /thousands separators/],
    ['a constant target', 'a,y\n1,2\n2,2\n3,2\n4,2\n', 'constant-target', { column: 'y' }, /every row has the value 2/],
    ['too few rows', 'a,y\n1,2\n2,3\n', 'too-few-rows', {}, /only 2 rows.*at least 4/],
    ['a row without end', `a,y\n1,"${'9'.repeat(2_000_000)}"\n`, 'row-too-long', { line: 2 }, /longer than/],
  ];

  // Named in an object, because an optional last element of a tuple loses the types of the others.
  const named = cases.map(([title, text, problem, place, says, options]) => ({ title, text, problem, place, says, options }));

  test.each(named)('$title', ({ text, problem, place, says, options }) => {
    const error = failure(text, options);
    expect(error).toMatchObject({ problem, file: 'f.csv', line: place.line, column: place.column });
    expect(error.message).toMatch(says);
    expect(error.message).toContain(error.remedy);
    if (place.line !== undefined) expect(error.message).toContain(`line ${place.line}`);
  });
});

describe('properties', () => {
  const finite = fc
    .double({ noNaN: true, min: -3.4e38, max: 3.4e38 })
    .filter((value) => value === 0 || Math.abs(value) >= 2 ** -126);
  const name = fc
    .string({ minLength: 1, maxLength: 8 })
    .map((text) => text.trim())
    .filter((text) => text !== '' && !/^\ufeff|\0/.test(text));
  const written = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));
  const quote = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;

  const tables = fc
    .record({
      header: fc
        .uniqueArray(name, { minLength: 2, maxLength: 5 })
        .filter((names) => names.some((text) => Number.isNaN(Number(text)))),
      delimiter: fc.constantFrom(',', ';', '\t'),
      newline: fc.constantFrom('\n', '\r\n', '\r'),
      mark: fc.constantFrom('', '\ufeff'),
    })
    .chain((shape) =>
      fc.record({
        ...(Object.fromEntries(Object.entries(shape).map(([key, value]) => [key, fc.constant(value)])) as {
          [K in keyof typeof shape]: fc.Arbitrary<(typeof shape)[K]>;
        }),
        rows: fc
          .array(fc.array(fc.tuple(finite, fc.boolean()), { minLength: shape.header.length, maxLength: shape.header.length }), {
            minLength: 4,
            maxLength: 12,
          })
          .filter((rows) => rows.some((row) => row[0]![0] !== rows[0]![0]![0])),
      }),
    );

  test('what is written is what is read', () => {
    fc.assert(
      fc.property(tables, ({ header, delimiter, newline, mark, rows }) => {
        const lines = [
          header.map(quote),
          ...rows.map((row) => row.map(([value, quoted]) => (quoted ? quote(written(value)) : written(value)))),
        ];
        const text = mark + lines.map((cells) => cells.join(delimiter)).join(newline);
        const table = readTable(text, { target: header[0]!, file: 'f.csv' });
        expect(table.names).toEqual(header.slice(1));
        expect([...table.y]).toEqual(rows.map((row) => row[0]![0]));
        expect([...table.x]).toEqual(rows.flatMap((row) => row.slice(1).map(([value]) => value)));
      }),
    );
  });

  test('any text is either a finite table or a TableError', () => {
    const scraps = fc.array(
      fc.constantFrom('a', 'b', 'y', ',', ';', '\t', '"', '\n', '\r', '1', '2.5', '-', ' ', 'e', '\ufeff'),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(scraps, (parts) => {
        try {
          const table = readTable(`a,y\n${parts.join('')}`, { target: 'y', file: 'f.csv' });
          expect([...table.x, ...table.y].every(Number.isFinite)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(TableError);
        }
      }),
    );
  });
});
