import { functions, nearest, readHeader, readTable, tableProblem, taskProblem, type FitProblem } from '@nalu/experiments';
import { dataSet, readTableFile, type DataSet } from '@nalu/experiments/data';
import { UsageError } from './usageError.ts';
import { paragraph } from './output/wrap.ts';
import type { Output } from './terminal.ts';

/** Which problem a person asks for: a function, or a column of a table. */
export interface ProblemRequest {
  readonly function?: string | undefined;
  readonly data?: string | undefined;
  readonly target?: string | undefined;
  readonly inputs?: readonly string[] | undefined;
  readonly ignore?: readonly string[] | undefined;
  readonly seed: number;
}

export const functionNames: readonly string[] = functions.map(({ name }) => name);

/** People write the operators in several ways. */
const spellings: readonly (readonly [pattern: RegExp, spelling: string])[] = [
  [/\s+/g, ''],
  [/[×·]/g, '*'],
  [/[÷:]/g, '/'],
  [/−/g, '-'],
  [/²|\*\*2/g, '^2'],
  [/√\(?a\)?/g, 'sqrt(a)'],
];

const functionProblem = (text: string, seed: number): FitProblem => {
  const name = spellings.reduce((spelled, [pattern, spelling]) => spelled.replaceAll(pattern, spelling), text);
  const task = functions.find((known) => known.name === name);
  if (task !== undefined) return taskProblem(task, seed);
  const near = nearest(name, functionNames);
  const guess = near === undefined ? '' : ` Did you mean "${near}"?`;
  throw new UsageError(`There is no function "${text}".${guess} Known: ${functionNames.join(', ')}.`);
};

/** A name without folder and extension is a data set that comes with nalu. */
const shippedSet = async (name: string): Promise<DataSet | undefined> => (/[./\\]/.test(name) ? undefined : dataSet(name));

const dataProblem = async (name: string, { target, inputs, ignore }: ProblemRequest, err: Output): Promise<FitProblem> => {
  const set = await shippedSet(name);
  const column = target ?? set?.target;
  const text = set?.text ?? (await readTableFile(name));
  if (column === undefined) {
    const columns = readHeader(text, name).map((each) => `"${each}"`);
    throw new UsageError(`Which column is to be learned? Name it with --target COLUMN. The columns are ${columns.join(', ')}.`);
  }
  const table = readTable(text, {
    target: column,
    inputs,
    // A set's own list of text columns must not hide a choice that somebody made.
    ignore: ignore ?? (inputs === undefined ? set?.ignore : undefined),
    file: name,
  });
  const { dim, yellow } = err.colours;
  if (set !== undefined) err.line(dim(paragraph(err, `${set.title}\nSource: ${set.source}`)));
  if (table.ignored.length > 0) err.line(dim(paragraph(err, `Left out: ${table.ignored.join(', ')}`)));
  for (const constant of table.constantColumns)
    err.line(`${yellow('note:')} column "${constant}" has one value throughout, so its weight means nothing.`);
  return tableProblem(table);
};

/** Reads the problem; notes about the data go to `err`. */
export const readProblem = async (request: ProblemRequest, err: Output): Promise<FitProblem> => {
  const { function: name, data, target, seed } = request;
  if (name !== undefined && data !== undefined) throw new UsageError('Give either a function or --data, not both.');
  if (data !== undefined) return dataProblem(data, request, err);
  if (target !== undefined) throw new UsageError('--target names a column of a table: say which table with --data FILE.csv.');
  if (name !== undefined) return functionProblem(name, seed);
  throw new UsageError(
    `What is to be learned? Give a function (${functionNames.join(', ')}) or a table (--data FILE.csv --target COLUMN).`,
  );
};
