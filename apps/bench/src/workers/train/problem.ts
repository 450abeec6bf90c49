import { functions, readTable, tableProblem, TableError, taskProblem, type FitProblem } from '@nalu/experiments';
import type { Source } from './protocol.ts';

/** What a pasted table is called in messages. */
export const pastedTable = 'the table';

/** So many characters are some ten thousand rows: more would not train better, only slower. */
const mostCharacters = 1_000_000;

/** @throws TableError when a table is too long to be pasted. */
export const checkLength = (text: string): void => {
  if (text.length <= mostCharacters) return;
  throw new TableError(
    'too-large',
    { file: pastedTable },
    `it has ${text.length.toLocaleString('en')} characters, the limit is ${mostCharacters.toLocaleString('en')}.`,
    'Keep a sample of the rows: thousands are enough to find a formula.',
  );
};

/** The reader knows the command's remedies; a page has a list of columns to untick. */
const forThePage = (error: TableError): TableError => {
  if (error.problem !== 'text-column') return error;
  const { file, line, column } = error;
  const what = error.message.slice(error.message.indexOf(': ') + 2, -error.remedy.length).trim();
  return new TableError(error.problem, { file, line, column }, what, 'Untick it below the table.', { cause: error });
};

/**
 * The problem that a source stands for.
 *
 * @throws TableError for a table that cannot be used, saying where, what is wrong and what to do.
 */
export const readProblem = (source: Source, seed: number): FitProblem => {
  if (source.kind === 'function')
    return taskProblem(
      functions.find(({ name }) => name === source.name)!,
      seed,
    );
  checkLength(source.text);
  try {
    return tableProblem(readTable(source.text, { target: source.target, inputs: source.inputs, file: pastedTable }));
  } catch (error) {
    throw error instanceof TableError ? forThePage(error) : error;
  }
};
