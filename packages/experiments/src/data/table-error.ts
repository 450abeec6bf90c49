import { NaluError } from '@nalu/core';

/** What can be wrong with a table of measurements. */
export type TableProblem =
  | 'unreadable-file'
  | 'too-large'
  | 'not-utf8'
  | 'empty-file'
  | 'no-rows'
  | 'too-few-rows'
  | 'no-header'
  | 'empty-name'
  | 'duplicate-name'
  | 'one-column'
  | 'ragged-row'
  | 'bad-quote'
  | 'unclosed-quote'
  | 'row-too-long'
  | 'unknown-column'
  | 'conflicting-columns'
  | 'text-column'
  | 'empty-cell'
  | 'decimal-comma'
  | 'not-a-number'
  | 'not-finite'
  | 'out-of-range'
  | 'constant-target';

/** Where in the file a problem was found. */
export interface TablePlace {
  readonly file: string;
  /** Line of the file, from 1, as editors count. The line where the record starts, when a quoted cell spans several. */
  readonly line?: number | undefined;
  /** Name of the column. */
  readonly column?: string | undefined;
}

/** A table that cannot be used: where, what is wrong, and what to do about it. */
export class TableError extends NaluError {
  readonly problem: TableProblem;
  readonly file: string;
  readonly line: number | undefined;
  readonly column: string | undefined;
  /** What to do. It is the last part of the message too. */
  readonly remedy: string;

  constructor(problem: TableProblem, place: TablePlace, what: string, remedy: string, options?: ErrorOptions) {
    const line = place.line === undefined ? '' : `, line ${place.line}`;
    const column = place.column === undefined ? '' : `, column "${place.column}"`;
    super('table', `${place.file}${line}${column}: ${what} ${remedy}`, options);
    this.problem = problem;
    this.file = place.file;
    this.line = place.line;
    this.column = place.column;
    this.remedy = remedy;
  }
}
