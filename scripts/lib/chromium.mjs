import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir, platform } from 'node:os';
import { delimiter, join } from 'node:path';
import { env } from 'node:process';

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
export const chromiumVersion = (path) => {
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
