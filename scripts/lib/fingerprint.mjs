import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { packages, root } from './project.mjs';

const hash = (/** @type {string[]} */ parts) => createHash('sha256').update(parts.join('\n')).digest('hex');

/** @returns {string[]} every file below a folder, with the time it was last written: cheap enough to look at on every start */
const written = (/** @type {string} */ path) => {
  const file = join(root, path);
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) return [`${path} missing`];
  if (!stat.isDirectory()) return [`${path} ${stat.mtimeMs} ${stat.size}`];
  return readdirSync(file).flatMap((name) => written(`${path}/${name}`));
};

/** Changes when the dependencies do. */
export const dependencies = () =>
  hash(
    ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...packages.map((folder) => `${folder}/package.json`)].map((path) =>
      readFileSync(join(root, path), 'utf8'),
    ),
  );

/** Changes when a source or a setting of the build may have been changed. */
export const sources = () =>
  hash([
    ...['tsconfig.base.json', 'turbo.json', 'scripts/prune.mjs'].flatMap(written),
    ...packages.flatMap((folder) => ['package.json', 'tsconfig.json', 'src'].flatMap((path) => written(`${folder}/${path}`))),
    ...packages
      .filter((folder) => folder.startsWith('apps/'))
      .flatMap((folder) => ['index.html', 'vite.config.ts', 'build', 'public'].flatMap((path) => written(`${folder}/${path}`))),
    // What the app shows of them is built into it.
    ...['docs/certification', 'docs/results'].flatMap(written),
  ]);
