import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { NaluError } from '@nalu/core';
import { readTableFile } from './bytes.ts';
import { suggestion } from './nearest.ts';

/** What is known about a data set that comes with this package: the JSON file beside its CSV. */
export interface DataSetInfo {
  readonly title: string;
  /** The law that the measurements are known to follow. */
  readonly formula: string;
  readonly columns: Readonly<Record<string, { readonly unit?: string; readonly meaning: string }>>;
  /** The column to learn unless another is asked for. */
  readonly target: string;
  /** Columns that are left out unless they are asked for. */
  readonly ignore: readonly string[];
  readonly source: string;
  readonly licence: string;
  readonly note: string;
}

/** A data set that comes with this package. */
export interface DataSet extends DataSetInfo {
  readonly name: string;
  /** Where its CSV file is. */
  readonly file: string;
  readonly text: string;
}

const folder = new URL('../../data/', import.meta.url);

/** A data set name that this package does not have. */
export class UnknownDataSetError extends NaluError {
  constructor(name: string, known: readonly string[]) {
    super('data-set', `There is no data set "${name}". ${suggestion(name, known)}`);
  }
}

/** Names of the data sets that come with this package. */
export const dataSetNames = async (): Promise<readonly string[]> =>
  (await readdir(folder)).filter((file) => file.endsWith('.csv')).map((file) => file.slice(0, -'.csv'.length)).sort();

/** Reads a data set that comes with this package. */
export const dataSet = async (name: string): Promise<DataSet> => {
  const names = await dataSetNames();
  if (!names.includes(name)) throw new UnknownDataSetError(name, names);
  const info = JSON.parse(await readFile(new URL(`${name}.json`, folder), 'utf8')) as DataSetInfo;
  const file = fileURLToPath(new URL(`${name}.csv`, folder));
  return { ...info, name, file, text: await readTableFile(file) };
};
