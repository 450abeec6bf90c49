import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Where the commands keep what they know between two runs; it goes away together with node_modules. */
export const cache = join(root, 'node_modules', '.cache', 'nalu');

/** The built `nalu` command. */
export const cliMain = join(root, 'packages', 'cli', 'dist', 'main.js');

/** `pnpm@<version>`, as package.json pins it. @type {string} */
export const pnpm = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager;

/** The folders of all workspace packages, relative to the root. */
export const packages = ['packages', 'apps'].flatMap((group) =>
  (existsSync(join(root, group)) ? readdirSync(join(root, group)) : [])
    .map((name) => `${group}/${name}`)
    .filter((folder) => existsSync(join(root, folder, 'package.json'))),
);
