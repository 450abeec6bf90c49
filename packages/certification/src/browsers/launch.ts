import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from './browser.ts';
import { openDisplay } from './display.ts';

/** A browser that shows a page. */
export interface Window {
  readonly pid: number;
  /** Resolves with what the browser printed when it ends by itself, which it should not. */
  readonly ended: Promise<string>;
  close(): Promise<void>;
}

/** Starts a browser with a profile of its own. */
export const launch = async (browser: Browser, program: string, url: string): Promise<Window> => {
  const display = browser.needsDisplay === true ? await openDisplay() : undefined;
  const profile = mkdtempSync(join(tmpdir(), 'nalu-browser-'));
  const child = spawn(program, browser.prepare(profile, url), {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...browser.environment, ...(display === undefined ? {} : { DISPLAY: display.name }) },
  });
  // Whoever stops this process does not want to be left with browsers.
  const stop = (): void => {
    child.kill('SIGKILL');
    display?.close();
  };
  process.once('exit', stop);
  const printed: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => printed.push(chunk));
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', () => resolve(Buffer.concat(printed).toString()));
  });
  return {
    pid: child.pid ?? 0,
    ended,
    close: async () => {
      child.kill();
      const force = setTimeout(() => child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(force);
      display?.close();
      process.off('exit', stop);
      // Its helpers may still be writing.
      await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
};
