import { CommanderError } from 'commander';
import { commands } from './commands.ts';
import { exit, type ExitCode } from './exit.ts';
import { program } from './program.ts';
import type { Terminal } from './terminal.ts';

/** Of a command that there is not, only its name: commander would answer `nope --help` with the general help. */
const understood = (args: readonly string[]): readonly string[] => {
  const named = args.find((arg) => !arg.startsWith('-'));
  return named === undefined || named === 'help' || commands.some(({ name }) => name === named) ? args : [named];
};

/** Runs one command line and says how it ended. Never throws, never exits the process. */
export const run = async (args: readonly string[], terminal: Terminal): Promise<ExitCode> => {
  const verbose = args.includes('--verbose') || Boolean(terminal.env['DEBUG']);
  let code: ExitCode = exit.success;
  try {
    const command = await program(args, terminal, (ended) => (code = ended));
    await command.parseAsync([...understood(args)], { from: 'user' });
    return code;
  } catch (error) {
    // Commander has written its message already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.success : exit.usage;
    const { report } = await import('./report.ts');
    return report(error, terminal, verbose);
  }
};
