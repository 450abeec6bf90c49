import { Command } from 'commander';
import { addBackends } from './commands/backends.ts';
import { addBench } from './commands/bench.ts';
import { addConformance } from './commands/conformance.ts';
import { addFit } from './commands/fit.ts';
import { addReproduce } from './commands/reproduce.ts';
import { addStart } from './commands/start.ts';
import type { ExitCode } from './exit.ts';
import type { Terminal } from './terminal.ts';
import { examples, typed } from './typed.ts';
import { version } from './version.ts';

const tour = [
  ['start', 'the six functions of the article on every backend'],
  ['fit "a*b"', 'one of them, in detail'],
  ['fit --data planets', "Kepler's third law from the planets' orbits"],
  ['fit --data mine.csv --target pressure', 'your own measurements'],
  ['reproduce identity --quick', 'a published experiment, made again'],
  ['backends', 'what can compute here'],
] as const;

const exitCodes = `
Exit codes: 0 success, 1 something failed or was wrong, 2 bad usage or input, 130 interrupted.`;

/** The command line of `nalu`. */
export const program = (terminal: Terminal, end: (code: ExitCode) => void): Command => {
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
  const context = { terminal, end };
  for (const add of [addStart, addFit, addReproduce, addBackends, addBench, addConformance]) add(command, context);
  for (const sub of command.commands) {
    sub.option('--verbose', 'show where an error came from');
    sub.showHelpAfterError(`Run "${typed(terminal)} ${sub.name()} --help" for usage.`);
  }
  command.showHelpAfterError(`Run "${typed(terminal)} --help" for the commands.`);
  return command;
};
