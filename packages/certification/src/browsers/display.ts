import { spawn } from 'node:child_process';
import { findProgram } from './find.ts';

/** A screen for browsers that draw on one: the machine's own, or one in memory. */
export interface Display {
  readonly name: string;
  close(): void;
}

/** Opens a screen, or returns undefined where there is none and Xvfb is not installed. */
export const openDisplay = async (): Promise<Display | undefined> => {
  const xvfb = findProgram(['Xvfb']);
  if (xvfb === undefined) return process.env.DISPLAY ? { name: process.env.DISPLAY, close: () => {} } : undefined;
  const server = spawn(xvfb, ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await new Promise<string | undefined>((resolve) => {
    server.stdio[3]?.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
    server.once('exit', () => resolve(undefined));
  });
  return number === undefined ? undefined : { name: `:${number}`, close: () => server.kill() };
};
