import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';
import type { Output } from '../terminal.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

const noLines = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
} as const;

/** Escape codes take no room. */
const visible = (text: string): number => [...stripVTControlCharacters(text)].length;

const widest = (cells: readonly string[]): number => Math.max(...cells.flatMap((cell) => cell.split('\n')).map(visible));

const indent = 2;
const gap = noLines.middle.length;
const narrowest = 12;

/** Widths of all columns when the last one has to wrap to stay on the screen; nothing when all fits. */
const wrapLast = (columns: readonly Column[], rows: readonly (readonly string[])[], width: number): number[] | undefined => {
  const wanted = columns.map(({ title }, i) => widest([title, ...rows.map((row) => row[i]!)]));
  const others = wanted.slice(0, -1).reduce((sum, next) => sum + next + gap, indent);
  const last = wanted.at(-1)!;
  if (others + last <= width) return undefined;
  return [...wanted.slice(0, -1), Math.max(narrowest, width - others)];
};

/** A table without lines, indented by two spaces. The last column wraps when the screen is too narrow. */
export const renderTable = (out: Output, columns: readonly Column[], rows: readonly (readonly string[])[]): string => {
  const widths = out.width === undefined ? undefined : wrapLast(columns, rows, out.width);
  const table = new Table({
    head: columns.map(({ title }) => out.colours.dim(title)),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    chars: noLines,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    ...(widths === undefined ? {} : { colWidths: widths, wordWrap: true, wrapOnWordBoundary: true }),
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => `${' '.repeat(indent)}${line}`.trimEnd())
    .join('\n');
};
