import { CommanderError } from 'commander';
import { DataError, NaluError } from '@nalu/core';
import { TableError } from '@nalu/experiments';
import { UnknownDataSetError } from '@nalu/experiments/data';
import { exit, UsageError, type ExitCode } from './exit.ts';
import { program } from './program.ts';
import type { Terminal } from './terminal.ts';

const inputErrors = [UsageError, TableError, UnknownDataSetError, DataError];

const exitCodeOf = (error: unknown): ExitCode => (inputErrors.some((kind) => error instanceof kind) ? exit.usage : exit.failure);

/** One readable message; the stack is for --verbose and DEBUG, and for mistakes that are ours. */
const report = (error: unknown, { err }: Terminal, verbose: boolean): void => {
  const { message, stack, name } = error instanceof Error ? error : new Error(String(error));
  const expected = error instanceof NaluError;
  err.line(`${err.colours.red('error:')} ${expected ? message : `${name}: ${message}`}`);
  if (verbose) err.line(err.colours.dim(stack ?? ''));
  else if (!expected) err.line(err.colours.dim('This is a bug in nalu. Run again with --verbose to see where.'));
};

/** Runs one command line and says how it ended. Never throws, never exits the process. */
export const run = async (args: readonly string[], terminal: Terminal): Promise<ExitCode> => {
  const verbose = args.includes('--verbose') || Boolean(terminal.env['DEBUG']);
  let code: ExitCode = exit.success;
  try {
    await program(terminal, (ended) => (code = ended)).parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    // Commander has written its message already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.success : exit.usage;
    report(error, terminal, verbose);
    return exitCodeOf(error);
  }
};
