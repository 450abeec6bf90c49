import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir, platform } from 'node:os';
import { delimiter, join } from 'node:path';
import { env } from 'node:process';
import { run } from './run.mjs';

const programFiles = [env.ProgramFiles, env['ProgramFiles(x86)'], env.LOCALAPPDATA].filter((folder) => folder !== undefined);

/** Where Chromium, or a browser made of it, is on each kind of machine. @type {{ [platform: string]: string[] }} */
const places = {
  darwin: ['Chromium', 'Google Chrome', 'Microsoft Edge'].flatMap((name) =>
    ['/Applications', join(homedir(), 'Applications')].map((folder) => join(folder, `${name}.app/Contents/MacOS/${name}`)),
  ),
  win32: [
    'Chromium/Application/chrome.exe',
    'Google/Chrome/Application/chrome.exe',
    'Microsoft/Edge/Application/msedge.exe',
  ].flatMap((name) => programFiles.map((folder) => join(folder, name))),
};

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'microsoft-edge-stable'];

const onPath = () => (env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));

/**
 * The version of a Chromium that starts; some systems have a program of that name that only says how to install it.
 *
 * @param {string} path
 * @returns {string | undefined}
 */
const chromiumVersion = (path) => {
  if (platform() === 'win32') return 'of this system'; // there it would open a window
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 20_000 });
  return /\d+(\.\d+){3}/.exec(stdout ?? '')?.[0];
};

/** Playwright's own download. @returns {Promise<string[]>} */
const downloaded = async () => {
  const { chromium } = await import('playwright');
  return [chromium.executablePath()];
};

/**
 * The Chromium to use: the one that CHROME_PATH names, the system's, or Playwright's download.
 *
 * @returns {Promise<string | undefined>} its path
 */
export const findChromium = async () => {
  const candidates = env.CHROME_PATH ? [env.CHROME_PATH] : [...onPath(), ...(places[platform()] ?? []), ...(await downloaded())];
  return candidates.find((path) => existsSync(path) && chromiumVersion(path) !== undefined);
};

/** What starts a command as root without asking for a password, or undefined where that is not allowed. */
const asRoot = () => {
  if (process.getuid?.() === 0) return ['env'];
  return spawnSync('sudo', ['-n', 'true']).status === 0 ? ['sudo', '-n', 'env'] : undefined;
};

/** A network that does not answer must be noticed: the steps below together take less than half a minute on one. */
const patience = { apt: 6_000, playwright: 8_000 };

/** With a status line for every moment of a download, so that a slow one is told from a dead one. */
const aptGet = (/** @type {string[]} */ root, /** @type {string[]} */ ...args) => [
  ...root,
  'DEBIAN_FRONTEND=noninteractive',
  'apt-get',
  ...[
    'APT::Status-Fd=1',
    'Acquire::Retries=0',
    'Acquire::http::Timeout=5',
    'Acquire::https::Timeout=5',
    'DPkg::Lock::Timeout=5',
  ].map((option) => `-o${option}`),
  '-y',
  ...args,
];

/** The distribution's package, where there is apt-get and it may be used. */
const fromDistribution = async (/** @type {(message: string) => void} */ say) => {
  const root = platform() === 'linux' && spawnSync('apt-get', ['--version']).status === 0 ? asRoot() : undefined;
  if (root === undefined) return;
  say('Installing Chromium with apt-get ...');
  await run(aptGet(root, 'update'), {}, patience.apt);
  const install = ['install', '--no-install-recommends', 'chromium'];
  const { code } = await run(aptGet(root, ...install, '--download-only'), {}, patience.apt);
  if (code === 0) await run(aptGet(root, ...install));
};

/** Playwright's build, and the libraries that it needs where they may be installed. */
const fromPlaywright = async (/** @type {(message: string) => void} */ say) => {
  say('Downloading Chromium with Playwright ...');
  const { code } = await run(
    ['playwright', 'install', '--no-shell', 'chromium'],
    { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '3000' },
    patience.playwright,
  );
  if (code === 0 && asRoot() !== undefined && (await findChromium()) === undefined)
    await run(['playwright', 'install-deps', 'chromium'], {}, patience.playwright);
};

/**
 * Gets a Chromium for the tests that run in a browser, unless there is one.
 *
 * @param {(message: string) => void} say is told before anything slow begins
 * @returns {Promise<string | undefined>} its path, or undefined when there is none and none can be had
 */
export const getChromium = async (say) => {
  for (const attempt of [async () => {}, fromDistribution, fromPlaywright]) {
    await attempt(say);
    const path = await findChromium();
    if (path !== undefined) return path;
    if (env.CHROME_PATH) return undefined; // whoever names one wants no other
  }
  return undefined;
};

/** The command that installs Chromium on this machine. */
export const howToInstall = () =>
  platform() === 'linux' && existsSync('/etc/debian_version')
    ? 'sudo apt-get install chromium'
    : 'npx playwright install chromium';
