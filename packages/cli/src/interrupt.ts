import { exit } from './exit.ts';
import type { Output } from './terminal.ts';

/** Ctrl-C, turned into an AbortSignal while a command runs. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** Gives Ctrl-C back to the system. */
  readonly release: () => void;
}

/**
 * The first SIGINT aborts the signal, so that what there is so far can be kept; a second one ends the process at once.
 *
 * @param says what happens now, for the person who pressed Ctrl-C.
 */
export const listenForInterrupt = (err: Output, says: string): Interrupt => {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(exit.interrupted);
    // Aborting first takes the progress bar away, which would otherwise be drawn over the message.
    controller.abort();
    err.line(`${says} Ctrl-C again quits at once.`);
  };
  process.on('SIGINT', onSignal);
  return { signal: controller.signal, release: () => void process.off('SIGINT', onSignal) };
};
