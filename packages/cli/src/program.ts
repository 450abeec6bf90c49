import { Command } from 'commander';
import { commands, type CommandEntry } from './commands.ts';
import type { Context } from './context.ts';
import type { ExitCode } from './exit.ts';
import type { Terminal } from './terminal.ts';
import { examples, typed } from './typed.ts';
import { version } from './version.ts';

const tour = [
  ['start', 'the six functions of the article, on js and tfjs-wasm'],
  ['fit "a*b"', 'one of them, in detail'],
  ['fit --data planets', "Kepler's third law from the planets' orbits"],
  ['fit --data mine.csv --target pressure', 'your own measurements'],
  ['reproduce identity --quick', 'a published experiment, made again'],
  ['backends', 'what can compute here'],
] as const;

const exitCodes = `
Exit codes: 0 success, 1 something failed or was wrong, 2 bad usage or input, 130 interrupted.`;

/** Adds a command; one that is not named has only what the list of commands shows. */
const add = async (program: Command, entry: CommandEntry, isNamed: boolean, context: Context): Promise<void> => {
  const { name, argument, description, load } = entry;
  const command = program.command(name).description(description);
  if (isNamed) (await load())(command, context);
  else if (argument !== undefined) command.argument(argument);
};

/** The command line of `nalu`, as far as `args` need it. */
export const program = async (args: readonly string[], terminal: Terminal, end: (code: ExitCode) => void): Promise<Command> => {
  const { out, err } = terminal;
  const command = new Command(typed(terminal))
    .description(
      'Neural arithmetic: learn +, -, *, / and powers from examples, far beyond the range they came from, and read them back as formulas.',
    )
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void out.stream.write(text),
      writeErr: (text) => void err.stream.write(text),
      getOutHasColors: () => out.colours.isColorSupported,
      getErrHasColors: () => err.colours.isColorSupported,
      outputError: (text, write) => write(text.replace(/^error:/, err.colours.red('error:'))),
    })
    .configureHelp({ styleTitle: (title) => out.colours.bold(title) })
    .addHelpText('after', `${examples(terminal, tour)}\n${exitCodes}`);
  for (const entry of commands) await add(command, entry, args.includes(entry.name), { terminal, end });
  for (const sub of command.commands) {
    sub.option('--verbose', 'show where an error came from');
    sub.showHelpAfterError(`Run "${typed(terminal)} ${sub.name()} --help" for usage.`);
  }
  command.showHelpAfterError(`Run "${typed(terminal)} --help" for the commands.`);
  return command;
};
