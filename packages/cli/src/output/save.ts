import { stat, writeFile } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';

/** Writes a whole file or leaves the old one as it was: a disk that fills up half-way destroys nothing. */
export const saveFile = async (file: string, bytes: Uint8Array): Promise<void> => {
  const found = await stat(file).catch(() => undefined);
  // A pipe or a device is written to; it must not be replaced by a file.
  if (found !== undefined && !found.isFile()) await writeFile(file, bytes);
  else await writeFileAtomic(file, Buffer.from(bytes));
};
