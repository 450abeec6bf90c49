import { nearest } from './nearest.ts';
import { readNumber } from './number.ts';
import { findDelimiter, readRecords, type CsvRecord, type Delimiter } from './records.ts';
import { TableError } from './table-error.ts';

/** How to read a table. */
export interface ReadTableOptions {
  /** The column to learn. */
  readonly target: string;
  /** What to call the file in messages. */
  readonly file: string;
  /** Columns to learn from. Default: every column that is neither the target nor ignored. */
  readonly inputs?: readonly string[] | undefined;
  /** Columns to leave out. They may hold text. */
  readonly ignore?: readonly string[] | undefined;
  /** Fewest rows accepted. Default 4. */
  readonly minimumRows?: number | undefined;
}

/** A table of numbers, ready to be learned from. */
export interface Table {
  readonly file: string;
  /** Input column names, in the order of x's columns. */
  readonly names: readonly string[];
  readonly target: string;
  /** Inputs, row-major: rows × columns. */
  readonly x: Float64Array;
  /** Targets, one per row. */
  readonly y: Float64Array;
  readonly rows: number;
  readonly columns: number;
  /** Inputs that have one value throughout: they carry no information about the target. */
  readonly constantColumns: readonly string[];
  /** Columns of the file that were left out, because `ignore` names them or `inputs` does not. */
  readonly ignored: readonly string[];
  readonly delimiter: Delimiter;
}

const isNumber = (cell: string): boolean => typeof readNumber(cell) === 'number';

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Names stand in tables, formulas and on terminals: line breaks and other control characters become spaces. */
const oneLine = (name: string): string => name.replaceAll(/\p{Cc}+/gu, ' ').trim();

const checkHeader = ({ cells, line }: CsvRecord, file: string): readonly string[] => {
  if (cells.every(isNumber)) {
    throw new TableError('no-header', { file, line }, 'the first line holds only numbers, so the columns have no names.', 'Add a first line that names the columns.');
  }
  if (cells.length === 1) {
    throw new TableError(
      'one-column',
      { file, line },
      'the table has a single column.',
      'It needs at least one input column beside the target, separated by commas, semicolons or tabs.',
    );
  }
  cells.forEach((name, index) => {
    if (name === '')
      throw new TableError(
        'empty-name',
        { file, line },
        `column ${index + 1} has no name.`,
        index === cells.length - 1
          ? 'Name every column in the first line, or remove the separator at the end of every line.'
          : 'Name every column in the first line.',
      );
    const first = cells.indexOf(name);
    if (first !== index) {
      throw new TableError('duplicate-name', { file, line, column: name }, `columns ${first + 1} and ${index + 1} have the same name.`, 'Give every column a name of its own.');
    }
  });
  return cells;
};

const checkKnown = (column: string, header: readonly string[], file: string): void => {
  if (header.includes(column)) return;
  const near = nearest(column, header);
  throw new TableError(
    'unknown-column',
    { file },
    `there is no column "${column}"${near === undefined ? '.' : `; did you mean "${near}"?`}`,
    `The columns are ${header.map((name) => `"${name}"`).join(', ')}.`,
  );
};

/** Which columns are inputs, after every name in the request has been found in the file. */
const chooseInputs = (header: readonly string[], { target, inputs, ignore = [], file }: ReadTableOptions): readonly string[] => {
  for (const column of [target, ...(inputs ?? []), ...ignore]) checkKnown(column, header, file);
  const conflict = (column: string, role: string, other: string): TableError =>
    new TableError('conflicting-columns', { file, column }, `the column is named both as ${role} and as ${other}.`, 'Name it once.');
  if (ignore.includes(target)) throw conflict(target, 'target', 'ignored');
  if (inputs?.includes(target)) throw conflict(target, 'target', 'input');
  const twice = inputs?.find((name) => ignore.includes(name));
  if (twice !== undefined) throw conflict(twice, 'input', 'ignored');
  const chosen = [...new Set(inputs ?? header.filter((name) => name !== target && !ignore.includes(name)))];
  if (chosen.length === 0) {
    throw new TableError('one-column', { file }, 'no input column is left.', 'Keep at least one column beside the target.');
  }
  return chosen;
};

const checkWidth = (records: readonly CsvRecord[], header: readonly string[], delimiter: Delimiter, file: string): void => {
  for (const { cells, line } of records) {
    if (cells.length === header.length) continue;
    const commas = delimiter === ',' && cells.length === 2 * header.length;
    throw new TableError(
      'ragged-row',
      { file, line },
      `the row has ${plural(cells.length, 'cell')}, the header has ${plural(header.length, 'name')}.`,
      commas
        ? 'If these are decimal commas, write decimals with a point (1.5, not 1,5).'
        : 'Give every row one cell per column, and quote cells that contain the separator.',
    );
  }
};

/** Text columns are found as a whole, so that one message lists them all instead of one cell at a time. */
const checkTextColumns = (records: readonly CsvRecord[], header: readonly string[], inputs: readonly string[], file: string): void => {
  const isText = (name: string): boolean => {
    const index = header.indexOf(name);
    const values = records.map(({ cells }) => readNumber(cells[index]!));
    return values.every((value) => typeof value !== 'number') && values.some((value) => value.problem === 'not-a-number');
  };
  const text = inputs.filter(isText);
  if (text.length === 0) return;
  const many = text.length > 1;
  const sample = records[0]!.cells[header.indexOf(text[0]!)]!;
  throw new TableError(
    'text-column',
    { file },
    `${many ? 'columns' : 'column'} ${text.map((name) => `"${name}"`).join(', ')} ${many ? 'hold' : 'holds'} text, not numbers.`,
    `${/\d/.test(sample) ? `Write decimal numbers without units, not “${sample}”, or leave` : 'Leave'} ${many ? 'them' : 'it'} out: --ignore ${text.map((name) => (/\W/.test(name) ? JSON.stringify(name) : name)).join(',')}.`,
  );
};

const readColumn = (records: readonly CsvRecord[], index: number, column: string, file: string): Float64Array => {
  const values = new Float64Array(records.length);
  records.forEach(({ cells, line }, row) => {
    const value = readNumber(cells[index]!);
    if (typeof value !== 'number') throw new TableError(value.problem, { file, line, column }, value.what, value.remedy);
    values[row] = value;
  });
  return values;
};

const isConstant = (values: Float64Array): boolean => values.every((value) => value === values[0]);

/** A table that begins with #, which is not the first character of a quoted name. */
const COMMENT = /^\ufeff?\s*#/;

/** The first record, as checked column names, and the others. */
const readNamed = (
  text: string,
  file: string,
): { readonly header: readonly string[]; readonly records: readonly CsvRecord[]; readonly delimiter: Delimiter } => {
  const delimiter = findDelimiter(text);
  const [first, ...records] = readRecords(text, delimiter, file);
  if (first === undefined) throw new TableError('empty-file', { file }, 'the file is empty.', 'It needs a line of column names and rows of numbers.');
  if (COMMENT.test(text)) {
    throw new TableError(
      'no-header',
      { file, line: first.line },
      'the first line is a comment.',
      'Remove lines that begin with #: the first line names the columns. A name that begins with # is quoted: "#".',
    );
  }
  return { header: checkHeader({ ...first, cells: first.cells.map(oneLine) }, file), records, delimiter };
};

/**
 * The column names of a table in CSV text.
 *
 * @param file what to call it in messages.
 * @throws TableError
 */
export const readHeader = (text: string, file: string): readonly string[] => readNamed(text, file).header;

/**
 * Reads a table of measurements from CSV text: a header line with the column names, then one row per measurement.
 * Columns are separated by commas, semicolons or tabs (the header decides), cells may be quoted, line ends may be any of
 * LF, CRLF and CR, a byte order mark is skipped. Everything else that is unusual is an error that says where and what to do:
 * nothing is skipped, filled in or guessed.
 *
 * @throws TableError
 */
export const readTable = (text: string, options: ReadTableOptions): Table => {
  const { target, file, minimumRows = 4 } = options;
  const { header, records, delimiter } = readNamed(text, file);
  if (records.length === 0) {
    throw new TableError('no-rows', { file }, 'there are column names but no rows.', `Add at least ${plural(minimumRows, 'row')} of numbers.`);
  }
  checkWidth(records, header, delimiter, file);
  const names = chooseInputs(header, options);
  checkTextColumns(records, header, names, file);

  const y = readColumn(records, header.indexOf(target), target, file);
  const inputs = names.map((name) => readColumn(records, header.indexOf(name), name, file));
  if (records.length < minimumRows) {
    throw new TableError('too-few-rows', { file }, `there ${records.length === 1 ? 'is' : 'are'} only ${plural(records.length, 'row')}.`, `Add measurements: at least ${minimumRows} are needed to train and to check.`);
  }
  if (isConstant(y)) {
    throw new TableError('constant-target', { file, column: target }, `every row has the value ${y[0]}, so there is nothing to learn.`, 'Choose a target that varies.');
  }
  const rows = records.length;
  const columns = names.length;
  return {
    file,
    names,
    target,
    x: Float64Array.from({ length: rows * columns }, (_, i) => inputs[i % columns]![Math.floor(i / columns)]!),
    y,
    rows,
    columns,
    constantColumns: names.filter((_, i) => isConstant(inputs[i]!)),
    ignored: header.filter((name) => name !== target && !names.includes(name)),
    delimiter,
  };
};
