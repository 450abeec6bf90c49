import type { Command } from 'commander';
import type { ExitCode } from './exit.ts';
import type { Terminal } from './terminal.ts';

/** What every command gets. */
export interface Context {
  readonly terminal: Terminal;
  /** Sets the exit code of a command that ran to its end; success unless it is called. */
  readonly end: (code: ExitCode) => void;
}

/** Gives a command its arguments, options, help and action. */
export type Define = (command: Command, context: Context) => void;
