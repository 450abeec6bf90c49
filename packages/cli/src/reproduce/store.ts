import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { streamOf } from '@nalu/core';
import { cellName, type CellResult, type PlannedCell } from '@nalu/experiments/reproduce';
import { UsageError } from '../usageError.ts';
import { plain, readPlain } from '../output/json.ts';
import { saveFile } from '../output/save.ts';

/** What must be the same for results to belong together. */
export interface StoreSettings {
  readonly experiment: string;
  readonly seed: number;
  /** Per cell; `protocol`: as many as the experiment says. */
  readonly runs: number | 'protocol';
  /** Share of the protocol's steps. */
  readonly scale: number;
  /** Where there are any. */
  readonly restarts?: number;
  /** Where all runs learn from the same ones. */
  readonly batches?: 'shared';
  readonly backend: string;
  readonly version: string;
}

/** A result that was kept, by whichever version of the code trained it. */
export interface KeptResult extends CellResult {
  /** Commit of the checkout; null for an installed package. */
  readonly commit: string | null;
}

/** The results of one experiment in a folder: one file per finished cell, and the state of the cell in training. */
export interface Store {
  readonly folder: string;
  result(planned: PlannedCell): Promise<KeptResult | undefined>;
  /** The state of a cell that was stopped half-way. */
  state(planned: PlannedCell): Promise<Uint8Array | undefined>;
  /** Where that state lies, for messages. */
  stateFile(planned: PlannedCell): string;
  saveState(planned: PlannedCell, state: Uint8Array): Promise<void>;
  /** Keeps a result, and forgets the state. */
  saveResult(planned: PlannedCell, result: KeptResult): Promise<void>;
}

const encode = (value: unknown): Uint8Array => Buffer.from(`${JSON.stringify(value, plain, 2)}\n`);

/** @param key that what is read must have. */
const readJson = async <T extends object>(file: string, key: keyof T & string): Promise<T> => {
  try {
    const value = readPlain<T>(await readFile(file, 'utf8'));
    if (typeof value !== 'object' || value === null || !(key in value)) throw new Error(`it has no "${key}"`);
    return value;
  } catch (cause) {
    throw new UsageError(`${file} is damaged (${(cause as Error).message}). Delete it to make it again.`, { cause });
  }
};

/** A name that every file system takes; the number tells names apart that differ in signs only. */
const fileOf = (planned: PlannedCell): string => {
  const name = cellName(planned.cell);
  const slug = name
    .replaceAll(/[^\w.-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 80);
  return `${slug}-${streamOf(name).toString(16).padStart(6, '0')}`;
};

const differences = (saved: StoreSettings, wanted: StoreSettings): readonly string[] =>
  [...new Set([...Object.keys(saved), ...Object.keys(wanted)] as (keyof StoreSettings)[])]
    .filter((key) => saved[key] !== wanted[key])
    .map((key) => `${key} ${String(saved[key] ?? 'none')} there, ${String(wanted[key] ?? 'none')} now`);

/**
 * Opens the folder of an experiment, and makes it where it is missing.
 *
 * @param fresh forget what is there.
 * @throws UsageError when it holds results of other settings, with the differences.
 */
export const openStore = async (folder: string, settings: StoreSettings, fresh: boolean): Promise<Store> => {
  const cells = join(folder, 'cells');
  const settingsFile = join(folder, 'settings.json');
  try {
    if (fresh) await Promise.all([cells, settingsFile].map((path) => rm(path, { recursive: true, force: true })));
    await mkdir(cells, { recursive: true });
  } catch (cause) {
    throw new UsageError(`--out: ${folder} cannot be written (${(cause as Error).message}).`, { cause });
  }
  if (existsSync(settingsFile)) {
    const found = differences(await readJson<StoreSettings>(settingsFile, 'experiment'), settings);
    if (found.length > 0)
      throw new UsageError(
        `${folder} holds results with other settings: ${found.join('; ')}. Use the same settings, another --out, or --fresh to start over.`,
      );
  } else {
    await saveFile(settingsFile, encode(settings));
  }
  const resultFile = (planned: PlannedCell): string => join(cells, `${fileOf(planned)}.json`);
  const stateFile = (planned: PlannedCell): string => join(cells, `${fileOf(planned)}.state`);
  const known = new Set(await readdir(cells));
  const has = (file: string): boolean => known.has(file.slice(cells.length + 1));
  return {
    folder,
    stateFile,
    result: async (planned) => (has(resultFile(planned)) ? readJson<KeptResult>(resultFile(planned), 'runs') : undefined),
    state: async (planned) => (has(stateFile(planned)) ? readFile(stateFile(planned)) : undefined),
    saveState: (planned, state) => saveFile(stateFile(planned), state),
    saveResult: async (planned, result) => {
      await saveFile(resultFile(planned), encode(result));
      await rm(stateFile(planned), { force: true });
    },
  };
};
