import { stderr } from 'node:process';
import { clearLine, cursorTo } from 'node:readline';

const wipe = (): void => {
  clearLine(stderr, 0);
  cursorTo(stderr, 0);
};

/** One line on a terminal that is written over and over; nothing in a pipe or a file, where it would be noise. */
export const progressLine = {
  show: (text: string): void => {
    if (!stderr.isTTY) return;
    wipe();
    stderr.write(text.slice(0, stderr.columns - 1));
  },
  clear: (): void => {
    if (stderr.isTTY) wipe();
  },
};
