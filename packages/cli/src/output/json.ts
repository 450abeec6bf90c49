import type { Output } from '../terminal.ts';

/** JSON has no NaN and no infinities: they are written as the strings that `Number` reads back. */
export const plain = (_: string, value: unknown): unknown => {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return [...(value as unknown as Iterable<unknown>)];
  return value;
};

const numberLike = new Set(['NaN', 'Infinity', '-Infinity']);

/** Reads what was written with `plain`. */
export const readPlain = <T>(text: string): T =>
  JSON.parse(text, (_, value: unknown) => (typeof value === 'string' && numberLike.has(value) ? Number(value) : value)) as T;

/** Writes the command's one document. */
export const writeJson = (out: Output, document: unknown): void => out.line(JSON.stringify(document, plain, 2));
