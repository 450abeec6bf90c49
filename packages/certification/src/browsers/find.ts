import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The first program that exists: of these names on the PATH, then of these paths. */
export const findProgram = (names: readonly string[], paths: readonly string[] = []): string | undefined =>
  [...(process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name))), ...paths].find(
    isProgram,
  );
