import { readFile, stat } from 'node:fs/promises';
import { TableError } from './table-error.ts';

/** Largest table file accepted: 32 MiB, some million rows of a few columns. Larger ones would not train better, only slower. */
export const maxTableBytes: number = 32 * 1024 * 1024;

const mebibytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

const checkSize = (bytes: number, file: string): void => {
  if (bytes > maxTableBytes) {
    throw new TableError('too-large', { file }, `the file has ${mebibytes(bytes)}, the limit is ${mebibytes(maxTableBytes)}.`, 'Keep a sample of the rows: thousands are enough to find a formula.');
  }
};

/** UTF-8 text of a table file's bytes. A byte order mark is dropped. */
export const decodeTable = (bytes: Uint8Array, file: string): string => {
  checkSize(bytes.length, file);
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch (cause) {
    const what = utf16 ? 'the file is UTF-16, not UTF-8.' : 'the file is not UTF-8 text.';
    throw new TableError('not-utf8', { file }, what, 'Save it as "CSV UTF-8".', { cause });
  }
  throw new TableError('not-utf8', { file }, 'the file contains null bytes, so it is not a text table.', 'Save it as "CSV UTF-8".');
};

const reasons: Readonly<Record<string, readonly [what: string, remedy: string]>> = {
  ENOENT: ['there is no such file.', 'Check the path.'],
  EISDIR: ['this is a folder.', 'Name a file in it.'],
  EACCES: ['permission to read the file is denied.', 'Check its owner and mode.'],
};

/**
 * The text of a table file. Its size is checked before anything is read.
 *
 * @throws TableError
 */
export const readTableFile = async (path: string): Promise<string> => {
  try {
    const { size } = await stat(path);
    checkSize(size, path);
    return decodeTable(await readFile(path), path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const reason = code === undefined ? undefined : reasons[code];
    if (reason === undefined) throw cause;
    throw new TableError('unreadable-file', { file: path }, reason[0], reason[1], { cause });
  }
};
