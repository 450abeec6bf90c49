import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from './browser.ts';
import { findProgram } from './find.ts';

/** No first-run pages, no reports, no updates; WebGL also where it is drawn in software. */
const preferences: { readonly [name: string]: boolean | string } = {
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'datareporting.policy.dataSubmissionEnabled': false,
  'toolkit.telemetry.reportingpolicy.firstRun': false,
  'app.update.enabled': false,
  'webgl.force-enabled': true,
};

export const firefox: Browser = {
  name: 'Firefox',
  find: () =>
    findProgram(
      ['firefox-esr', 'firefox'],
      ['/Applications/Firefox.app/Contents/MacOS/firefox', String.raw`C:\Program Files\Mozilla Firefox\firefox.exe`],
    ),
  remedy: 'Install Firefox.',
  prepare: (profile, url) => {
    const lines = Object.entries(preferences).map(
      ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
    );
    writeFileSync(join(profile, 'user.js'), `${lines.join('\n')}\n`);
    return ['--headless', '--no-remote', '--profile', profile, url];
  },
};
