import { access, constants, mkdir, stat, writeFile } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { UsageError } from '../usageError.ts';

/** Writes a whole file or leaves the old one as it was: a disk that fills up half-way destroys nothing. */
export const saveFile = async (file: string, bytes: Uint8Array): Promise<void> => {
  const found = await stat(file).catch(() => undefined);
  // A pipe or a device is written to; it must not be replaced by a file.
  if (found !== undefined && !found.isFile()) await writeFile(file, bytes);
  else await writeFileAtomic(file, Buffer.from(bytes));
};

/**
 * Makes a folder where it is missing, before there are results that could be lost.
 *
 * @throws UsageError when it cannot be made or written to.
 */
export const saveFolder = async (folder: string): Promise<void> => {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new UsageError(`--out: ${folder} cannot be written (${(cause as Error).message}).`, { cause });
  }
};
