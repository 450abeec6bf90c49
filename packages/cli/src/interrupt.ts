import { exit } from './exit.ts';
import type { Output } from './terminal.ts';

/** What Ctrl-C sends, and what stops a process without a terminal. */
const signals = ['SIGINT', 'SIGTERM'] as const;

let interrupted = false;

/** Whether Ctrl-C was pressed while a command listened: it then has something to keep. */
export const wasInterrupted = (): boolean => interrupted;

/** Ctrl-C, turned into an AbortSignal while a command runs. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** Gives Ctrl-C back to the system. */
  readonly release: () => void;
}

/**
 * The first signal aborts the signal, so that what there is so far can be kept; a second one ends the process at once.
 *
 * @param says what happens now, for the person who pressed Ctrl-C.
 */
export const listenForInterrupt = (err: Output, says: string): Interrupt => {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(exit.interrupted);
    // Aborting first takes the progress bar away, which would otherwise be drawn over the message.
    interrupted = true;
    controller.abort();
    err.line(`${says} Ctrl-C again quits at once.`);
  };
  for (const name of signals) process.on(name, onSignal);
  const release = (): void => signals.forEach((name) => process.off(name, onSignal));
  return { signal: controller.signal, release };
};
