import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getChromium, howToInstall } from './chromium.mjs';
import * as fingerprint from './fingerprint.mjs';
import { cache, packages, pnpm, root } from './project.mjs';
import { run, turbo, withPnpm } from './run.mjs';

/** What went wrong during set-up, as a sentence with its remedy. */
export class SetupError extends Error {}

const stampFile = join(cache, 'setup.json');

/** @returns {{ dependencies?: string, sources?: string }} */
const readStamp = () => {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return {}; // none yet, or cut off while it was written: both mean "set up again"
  }
};

const writeStamp = (/** @type {object} */ stamp) => {
  mkdirSync(cache, { recursive: true });
  writeFileSync(stampFile, JSON.stringify(stamp));
};

const remedies = [
  {
    signs:
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT|META_FETCH_FAIL|ERR_PNPM_FETCH/,
    says: 'the package registry cannot be reached: connect to the network (or tell npm about your proxy or mirror with `npm config set`) and run the same command again.',
  },
  {
    signs: /ERR_PNPM_OUTDATED_LOCKFILE/,
    says: `pnpm-lock.yaml does not fit the package.json files: run \`npx ${pnpm} install\` and then the same command again.`,
  },
  { signs: /ENOSPC/, says: 'the disk is full: make room and run the same command again.' },
  {
    signs: /EACCES|EPERM|EROFS/,
    says: `files cannot be written: make ${root} and your npm cache writable and run the same command again.`,
  },
];

/** A known cause is told in one sentence; any other is shown as the tools put it. */
const failure = (/** @type {string} */ step, /** @type {string} */ output) => {
  const remedy = remedies.find(({ signs }) => signs.test(output));
  return new SetupError(
    remedy
      ? `${step} failed: ${remedy.says}`
      : `${output.trim()}\n${step} failed, as shown above: mend that and run the same command again.`,
  );
};

const installed = (/** @type {string | undefined} */ stamp) =>
  stamp === fingerprint.dependencies() && existsSync(join(root, 'node_modules', '.modules.yaml'));

/**
 * Installs what package.json and the lock file ask for, unless that is what is there.
 *
 * @param {(message: string) => void} say is told before anything slow begins
 */
export const install = async (say) => {
  if (installed(readStamp().dependencies)) return;
  say('Installing packages ...');
  // CI=true: pnpm asks no questions and, finding a node_modules that does not fit, replaces it.
  const { code, output } = await run(withPnpm('pnpm', 'install', '--frozen-lockfile'), { CI: 'true' });
  if (code !== 0) throw failure('Installing the packages', output);
  writeStamp({ dependencies: fingerprint.dependencies() });
};

/**
 * Finds or installs the Chromium that tests run in, and names it in CHROME_PATH for the programs that this one starts.
 *
 * @param {(message: string) => void} say is told before anything slow begins
 * @returns {Promise<string>} its path
 */
export const setUpChromium = async (say) => {
  const wanted = process.env.CHROME_PATH;
  const path = await getChromium(say);
  if (path === undefined && wanted) {
    throw new SetupError(
      `CHROME_PATH names ${wanted}, which is no Chromium that starts: correct it, or unset it to use the system's.`,
    );
  }
  if (path === undefined) {
    throw new SetupError(
      `The tests need Chromium, which is not here and could not be installed. Run \`${howToInstall()}\`, or name one that you have in CHROME_PATH, and run the same command again.`,
    );
  }
  process.env.CHROME_PATH = path;
  return path;
};

const built = (/** @type {string | undefined} */ stamp) =>
  stamp === fingerprint.sources() &&
  packages.every((folder) => existsSync(join(root, folder, 'dist', folder.startsWith('apps/') ? 'index.html' : '.tsbuildinfo')));

/** Has turbo build the packages that have changed. */
export const build = async () => {
  const sources = fingerprint.sources(); // taken first: what is changed during the build is built next time
  const result = await run(turbo('build'));
  if (result.code === 0) writeStamp({ ...readStamp(), sources });
  return result;
};

/**
 * Makes the `nalu` command ready to run. Starts no process when nothing has changed.
 *
 * @param {(message: string) => void} say is told before anything slow begins
 */
export const setUp = async (say) => {
  await install(say);
  if (built(readStamp().sources)) return;
  say('Building ...');
  const { code, output } = await build();
  if (code !== 0) throw failure('The build', output);
};
