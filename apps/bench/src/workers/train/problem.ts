import { functions, readTable, tableProblem, TableError, taskProblem, type Examples, type FitProblem } from '@nalu/experiments';
import { grouped, short } from '../../design/numbers.ts';
import { FunctionError, readFunction } from '../../functions/readFunction.ts';
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
    `it has ${grouped(text.length)} characters, the limit is ${grouped(mostCharacters)}.`,
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

/** As those of the article's functions: no operand far outside lies between two of the training. */
const [near, far] = [
  [1, 10],
  [100, 1000],
] as const;

const rangesText = `${near.join(' to ')}, and for far outside ${far.join(' to ')}`;

/** @throws FunctionError where single precision has no number for an answer. */
const checkAnswers = (inputs: readonly string[], { x, y, columns }: Examples): void => {
  const row = y.findIndex((answer) => !Number.isFinite(Math.fround(answer)));
  if (row === -1) return;
  const place = inputs.map((name, i) => `${name} = ${short(x[row * columns + i]!)}`).join(', ');
  throw new FunctionError(
    `Where ${place}, it is ${Number.isNaN(y[row]) ? 'no number' : 'too large for single precision'}. The inputs are drawn from ${rangesText}: change the function so that it has answers there.`,
  );
};

/** A function that somebody typed, at positive numbers, as a problem. */
const typedProblem = (text: string, seed: number): FitProblem => {
  const { inputs, evaluate, ...typed } = readFunction(text);
  const problem = taskProblem(
    {
      name: typed.text,
      inputs,
      evaluate,
      inside: inputs.map(() => near),
      outside: inputs.map(() => far),
      layers: 1,
      reason: '',
    },
    seed,
  );
  const { train, validation, interpolation, extrapolation } = problem;
  for (const examples of [train, validation, interpolation, extrapolation]) checkAnswers(inputs, examples);
  const size = Math.sqrt(train.y.reduce((sum, answer) => sum + answer ** 2, 0) / train.rows);
  if (size === 0 || extrapolation.y.every((answer) => answer === 0))
    throw new FunctionError('Its answers are all 0: there is nothing to learn.');
  return { ...problem, layers: undefined, unit: size };
};

/**
 * The problem that a source stands for.
 *
 * @throws TableError for a table that cannot be used, FunctionError for a function: where, what is wrong and what to do.
 */
export const readProblem = (source: Source, seed: number): FitProblem => {
  if (source.kind === 'function')
    return taskProblem(
      functions.find(({ name }) => name === source.name)!,
      seed,
    );
  if (source.kind === 'typed') return typedProblem(source.text, seed);
  checkLength(source.text);
  try {
    return tableProblem(readTable(source.text, { target: source.target, inputs: source.inputs, file: pastedTable }));
  } catch (error) {
    throw error instanceof TableError ? forThePage(error) : error;
  }
};
