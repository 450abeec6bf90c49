import { SingleBar } from 'cli-progress';
import type { Output } from '../terminal.ts';

/** A progress display: `update` as often as you like. */
export interface Progress {
  readonly update: (fraction: number, label: string) => void;
  /** Removes the display. */
  readonly stop: () => void;
}

const silent: Progress = { update: () => {}, stop: () => {} };

/** A bar on a terminal, until it is stopped or the signal aborts; nothing in a pipe or a file, where it would be noise. */
export const showProgress = (err: Output, signal: AbortSignal): Progress => {
  if (!err.interactive) return silent;
  const bar = new SingleBar({
    stream: err.stream,
    format: '  {bar} {percentage}%  {label}',
    barCompleteChar: '━',
    barIncompleteChar: '─',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    fps: 10,
    // The command's own handler decides what Ctrl-C does.
    gracefulExit: false,
  });
  bar.start(1, 0, { label: '' });
  const stop = (): void => bar.stop();
  signal.addEventListener('abort', stop, { once: true });
  return {
    update: (fraction, label) => {
      if (!signal.aborted) bar.update(fraction, { label });
    },
    stop,
  };
};
