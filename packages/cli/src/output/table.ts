import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';
import type { Output } from '../terminal.ts';
import { paragraph, wrap } from './wrap.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

type Row = readonly string[];

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
} as const;

/** Escape codes take no room. */
const visible = (text: string): number => [...stripVTControlCharacters(text)].length;

const widest = (cells: readonly string[], separator: string = '\n'): number =>
  Math.max(0, ...cells.flatMap((cell) => cell.split(separator)).map(visible));

const indent = 2;
const gap = 2;
/** Indentation of what does not fit beside its row and stands below it. */
const below = 6;
/** A narrower column is hard to read. */
const narrowest = 24;

const draw = (out: Output, columns: readonly Column[], rows: readonly Row[], between: number): readonly string[] => {
  const table = new Table({
    head: columns.map(({ title }) => out.colours.dim(title)),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    chars: { ...noLines, middle: ' '.repeat(between) },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => `${' '.repeat(indent)}${line}`.trimEnd());
};

const total = (widths: readonly number[], between: number): number =>
  widths.reduce((sum, next) => sum + next, indent + between * (widths.length - 1));

/** The last column's cells below their rows, over the whole width of the screen. Only the titles may have several lines. */
const drawBelow = (out: Output, columns: readonly Column[], rows: readonly Row[], widths: readonly number[]): string => {
  const others = widths.slice(0, -1);
  const between = total(others, gap) <= out.width! ? gap : 1;
  const lines = draw(
    out,
    columns.slice(0, -1),
    rows.map((row) => row.slice(0, -1)),
    between,
  );
  const titles = lines.length - rows.length;
  const last = rows.map((row) => row.at(-1)!);
  return [
    ...lines.slice(0, titles),
    paragraph(out, out.colours.dim(columns.at(-1)!.title.replaceAll('\n', ' ')), below),
    ...last.flatMap((cell, i) => [lines[titles + i]!, ...(cell === '' ? [] : [paragraph(out, cell, below)])]),
  ].join('\n');
};

/**
 * A table without lines, indented by two spaces. Where the screen is too narrow for the last column, it wraps between words, or
 * its cells stand below their rows when that would break words or leave them a narrow strip. Nothing is ever cut off.
 */
export const renderTable = (out: Output, columns: readonly Column[], rows: readonly Row[]): string => {
  const widths = columns.map(({ title }, i) => widest([title, ...rows.map((row) => row[i]!)]));
  if (out.width === undefined || total(widths, gap) <= out.width) return draw(out, columns, rows, gap).join('\n');
  const room = out.width - total([...widths.slice(0, -1), 0], gap);
  const longestWord = widest(
    [columns.at(-1)!.title, ...rows.map((row) => row.at(-1)!)].flatMap((cell) => cell.split('\n')),
    ' ',
  );
  if (room < Math.max(narrowest, longestWord)) return drawBelow(out, columns, rows, widths);
  const inRoom = (text: string): string => wrap(text, room).join('\n');
  const wrapped = rows.map((row) => [...row.slice(0, -1), inRoom(row.at(-1)!)]);
  const last = columns.at(-1)!;
  return draw(out, [...columns.slice(0, -1), { ...last, title: inRoom(last.title) }], wrapped, gap).join('\n');
};
