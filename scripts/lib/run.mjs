import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { pnpm, root } from './project.mjs';

const bin = join(root, 'node_modules', '.bin');

/**
 * Runs a program in the root folder without standard input and collects what it prints.
 * The tools in node_modules/.bin are found by their names.
 *
 * @param {readonly string[]} command the program and its arguments
 * @param {NodeJS.ProcessEnv} [env] variables to add to this process's own
 * @param {number} [patience] milliseconds without news after which the program is ended; default: any wait is fine
 * @returns {Promise<{ code: number, output: string }>} a program that was killed or never started has a code other than 0
 */
export const run = ([program = '', ...args], env = {}, patience = 0) =>
  new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, ...quiet, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32', // npx and the tools are .cmd files there
    });
    /** @type {Buffer[]} */
    const chunks = [];
    const giveUp = () => {
      chunks.push(Buffer.from(`\nnothing happened for ${patience / 1000} seconds`));
      child.kill();
      // What it has started itself may live on, and is not waited for.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    const listen = (/** @type {Buffer} */ chunk) => {
      // Saying the same again and again is no progress.
      const news = !chunks.at(-1)?.equals(chunk);
      chunks.push(chunk);
      if (patience === 0 || !news) return;
      clearTimeout(timer);
      timer = setTimeout(giveUp, patience);
    };
    listen(Buffer.alloc(0));
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('error', (error) => resolve({ code: 127, output: error.message }));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      // With CI=true some tools colour what they print even when it goes to a file.
      const output = stripVTControlCharacters(Buffer.concat(chunks).toString());
      resolve({ code: code ?? 1, output: signal ? `${output}\nkilled by ${signal}` : output });
    });
  });

const quiet = {
  TURBO_TELEMETRY_DISABLED: '1',
  TURBO_NO_UPDATE_NOTIFIER: '1',
  npm_config_loglevel: 'error',
  npm_config_update_notifier: 'false',
  npm_config_prefer_offline: 'true', // the versions are pinned: what is in the cache need not be asked for again
  npm_config_fetch_retry_mintimeout: '1000', // without a network npm would wait for more than a minute before it says so
  npm_config_fetch_retry_maxtimeout: '10000',
};

/** The command line that runs `command` with the pinned pnpm on the PATH, which nobody needs to have installed. */
export const withPnpm = (/** @type {string[]} */ ...command) => ['npx', '--yes', `--package=${pnpm}`, '--', ...command];

/** The command line of a turbo task in all packages that have it. */
export const turbo = (/** @type {string} */ task) =>
  withPnpm(
    'turbo',
    'run',
    task,
    '--ui=stream',
    '--output-logs=errors-only',
    '--log-order=grouped',
    '--continue=dependencies-successful',
  );
