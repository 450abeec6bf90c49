// This build needs no Buffer, so tables are read in pages too.
import { CsvError, parse } from 'csv-parse/browser/esm/sync';
import { TableError } from './table-error.ts';

/** One record of the file: its cells and the line on which it starts. */
export interface CsvRecord {
  readonly cells: readonly string[];
  readonly line: number;
}

/** Column separators that are recognised. */
export const delimiters = [',', ';', '\t'] as const;
export type Delimiter = (typeof delimiters)[number];

/** No record of numbers is longer: a longer one is an unclosed quote or not a table. */
const maxRecordCharacters = 1 << 20;

/** The separator that the header line uses most, outside quotes; a comma when it uses none. */
export const findDelimiter = (text: string): Delimiter => {
  const counts = new Map<string, number>();
  let quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === '\n' || character === '\r') && counts.size > 0) break;
    else if (!quoted) counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  const count = (delimiter: string): number => counts.get(delimiter) ?? 0;
  return delimiters.reduce((best, next) => (count(next) > count(best) ? next : best));
};

const escapeQuote = 'Write a quote inside a quoted cell twice ("") and put quotes around the whole cell.';

/** The parser's complaints, in words for whoever has the file open. */
const complaints: Readonly<Record<string, (file: string, line: number) => TableError>> = {
  CSV_QUOTE_NOT_CLOSED: (file, line) =>
    new TableError('unclosed-quote', { file, line }, 'a quote (") is opened in this row and never closed.', 'Close it, or remove it.'),
  CSV_INVALID_CLOSING_QUOTE: (file, line) =>
    new TableError('bad-quote', { file, line }, 'a closing quote is followed by more text.', escapeQuote),
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: (file, line) =>
    new TableError('bad-quote', { file, line }, 'a closing quote is followed by more text.', escapeQuote),
  INVALID_OPENING_QUOTE: (file, line) =>
    new TableError('bad-quote', { file, line }, 'a quote (") stands in the middle of a cell.', escapeQuote),
  CSV_MAX_RECORD_SIZE: (file, line) =>
    new TableError(
      'row-too-long',
      { file, line },
      `the row is longer than ${maxRecordCharacters} characters.`,
      'Look for a quote that is opened here and never closed.',
    ),
};

const lineBreaks = (cells: readonly string[]): number => cells.reduce((sum, cell) => sum + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0);

/** Splits text into records (RFC 4180: quoted cells may hold separators, quotes and line breaks). Empty lines are skipped. */
export const readRecords = (text: string, delimiter: Delimiter, file: string): readonly CsvRecord[] => {
  const records: CsvRecord[] = [];
  let lastLine = 0;
  try {
    parse(text, {
      delimiter,
      bom: true,
      trim: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: maxRecordCharacters,
      on_record: (cells: string[], { lines }) => {
        lastLine = lines;
        records.push({ cells, line: lines - lineBreaks(cells) });
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const complaint = complaints[error.code];
    if (complaint === undefined) throw error;
    // The parser stops inside the record that follows the last complete one.
    throw complaint(file, lastLine + 1);
  }
  return records;
};
