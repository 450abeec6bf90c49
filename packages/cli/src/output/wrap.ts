import wrapAnsi from 'wrap-ansi';
import type { Output } from '../terminal.ts';

/** Lines no wider than this, broken between words; a word that is wider than a whole line is broken and loses nothing. */
export const wrap = (text: string, width: number): readonly string[] => wrapAnsi(text, width, { hard: true }).split('\n');

/** A paragraph that fits the screen, its lines indented. */
export const paragraph = ({ width }: Pick<Output, 'width'>, text: string, indent: number = 0): string => {
  const lines = width === undefined ? text.split('\n') : wrap(text, Math.max(1, width - indent));
  return lines.map((line) => `${' '.repeat(indent)}${line}`).join('\n');
};
