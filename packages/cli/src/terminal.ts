import type { WriteStream } from 'node:tty';
import picocolors from 'picocolors';
import { exit } from './exit.ts';
import { wasInterrupted } from './interrupt.ts';

export type Colours = ReturnType<typeof picocolors.createColors>;

/** One of the two output streams. */
export interface Output {
  /** Writes a line. */
  readonly line: (text: string) => void;
  readonly colours: Colours;
  /** A person is watching: progress may be drawn. */
  readonly interactive: boolean;
  /** Characters per line; undefined when nothing limits it (a pipe or a file). */
  readonly width: number | undefined;
  readonly stream: NodeJS.WritableStream;
}

/** Where the command writes. Results go to `out`, everything else to `err`, so that results can be piped. */
export interface Terminal {
  readonly out: Output;
  readonly err: Output;
  readonly env: NodeJS.ProcessEnv;
}

/** Escape codes are for terminals only; NO_COLOR (https://no-color.org) switches them off there too, FORCE_COLOR on elsewhere. */
const wantsColour = (env: NodeJS.ProcessEnv, isTerminal: boolean): boolean => {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0';
  return isTerminal && env['TERM'] !== 'dumb';
};

const output = (stream: WriteStream, env: NodeJS.ProcessEnv): Output => {
  const isTerminal = stream.isTTY === true;
  return {
    line: (text) => void stream.write(`${text}\n`),
    colours: picocolors.createColors(wantsColour(env, isTerminal)),
    interactive: isTerminal && env['TERM'] !== 'dumb',
    width: isTerminal ? stream.columns : undefined,
    stream,
  };
};

/**
 * The terminal of this process. A reader that goes away (`nalu bench | head`) ends the command quietly, unless it is being
 * interrupted: Ctrl-C ends `nalu fit … | tee log` as a whole, and what the command has to save comes first. A full disk is an error.
 */
export const processTerminal = (): Terminal => {
  // Nobody reads messages any more: they are no reason to end.
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' && wasInterrupted()) return;
    if (error.code === 'EPIPE') process.exit();
    process.stderr.write(`error: The result could not be written: ${error.message}\n`);
    process.exit(exit.failure);
  });
  const { env } = process;
  return { out: output(process.stdout, env), err: output(process.stderr, env), env };
};
