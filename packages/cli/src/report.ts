import { DataError, NaluError } from '@nalu/core';
import { TableError } from '@nalu/experiments';
import { UnknownDataSetError } from '@nalu/experiments/data';
import { exit, type ExitCode } from './exit.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usageError.ts';

const inputErrors = [UsageError, TableError, UnknownDataSetError, DataError];

/**
 * One readable message; the stack is for --verbose and DEBUG, and for mistakes that are ours.
 *
 * @returns how the command ended
 */
export const report = (error: unknown, { err }: Terminal, verbose: boolean): ExitCode => {
  const { message, stack, name } = error instanceof Error ? error : new Error(String(error));
  const expected = error instanceof NaluError;
  err.line(`${err.colours.red('error:')} ${expected ? message : `${name}: ${message}`}`);
  if (verbose) err.line(err.colours.dim(stack ?? ''));
  else if (!expected) err.line(err.colours.dim('This is a bug in nalu. Run again with --verbose to see where.'));
  return inputErrors.some((kind) => error instanceof kind) ? exit.usage : exit.failure;
};
