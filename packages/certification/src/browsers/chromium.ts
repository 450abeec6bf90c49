import type { Browser } from './browser.ts';

/** The Chromium that set-up found or installed, with WebGPU even where only a software adapter is there. */
export const chromium: Browser = {
  name: 'Chromium',
  find: () => process.env.CHROME_PATH,
  remedy: 'Name one in CHROME_PATH.',
  prepare: (profile, url) => [
    '--headless',
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--enable-unsafe-webgpu',
    `--user-data-dir=${profile}`,
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-quic',
    url,
  ],
};
