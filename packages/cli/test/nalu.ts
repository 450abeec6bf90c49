import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** Runs the TypeScript compiler; what it complains about is the error's message. */
export const compile = (...args: readonly string[]): void => {
  const compiler = createRequire(import.meta.url)
    .resolve('typescript/package.json')
    .replace(/package\.json$/, 'bin/tsc');
  try {
    execFileSync(process.execPath, [compiler, ...args], { encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    throw new Error(`It does not compile.\n${(error as { stdout: string }).stdout}`, { cause: error });
  }
};

/** Builds the command, which takes a moment when nothing has changed: what is tested is what would be published. */
export const build = (): void => compile('-b', packageFolder);

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts `nalu` as a person's shell would, with its output in pipes. */
export const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Running => {
  const { NO_COLOR: _, FORCE_COLOR: __, DEBUG: ___, npm_package_name: ____, ...inherited } = process.env;
  const child = spawn(process.execPath, [main, ...args], { env: { ...inherited, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { process: child, ended };
};

/** Runs `nalu` to its end. */
export const nalu = (...args: readonly string[]): Promise<Ended> => start(args).ended;
