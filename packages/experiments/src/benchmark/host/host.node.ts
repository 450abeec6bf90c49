import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HostFacts } from './facts.ts';

const readText = (file: string): string | null => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
};

/** The git directory of the checkout that holds `folder`: `.git` itself, or where a worktree's `.git` file points. */
const gitDirectory = (folder: string): string | null => {
  for (let at = folder; ; at = path.dirname(at)) {
    const candidate = path.join(at, '.git');
    if (existsSync(candidate)) {
      if (statSync(candidate).isDirectory()) return candidate;
      const target = /^gitdir: (.+)$/m.exec(readText(candidate) ?? '')?.[1];
      return target === undefined ? null : path.resolve(at, target);
    }
    if (path.dirname(at) === at) return null;
  }
};

/** The commit that is checked out around `folder`, read from git's files, so that it works where git is not installed. */
export const checkedOutCommit = (folder: string): string | null => {
  const git = gitDirectory(folder);
  if (git === null) return null;
  const head = readText(path.join(git, 'HEAD'))?.trim();
  const reference = /^ref: (.+)$/.exec(head ?? '')?.[1];
  if (reference === undefined) return head ?? null;
  const common = path.resolve(git, readText(path.join(git, 'commondir'))?.trim() ?? '.');
  for (const directory of [git, common]) {
    const loose = readText(path.join(directory, reference))?.trim();
    if (loose !== undefined) return loose;
  }
  const packed = readText(path.join(common, 'packed-refs'))
    ?.split('\n')
    .find((line) => line.endsWith(` ${reference}`));
  return packed?.split(' ')[0] ?? null;
};

const require = createRequire(import.meta.url);

const packageVersion = (name: string): string | null => {
  try {
    return (require(`${name}/package.json`) as { version: string }).version;
  } catch {
    return null;
  }
};

/** The libraries that columns compute with. */
const LIBRARIES = ['@nalu/core', '@tensorflow/tfjs', '@tensorflow/tfjs-backend-webgpu', 'gpu.js', 'webgpu'];

/** The facts about this machine, for Node. */
export const hostFacts = (packages: readonly string[] = LIBRARIES): HostFacts => {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const processors = os.cpus();
  return {
    cpu: processors[0]?.model.trim() ?? null,
    cores: processors.length,
    memoryBytes: os.totalmem(),
    os: `${os.type()} ${os.release()} ${os.arch()}`,
    runtime: `Node ${process.versions.node}, V8 ${process.versions.v8}`,
    versions: Object.fromEntries(packages.map((name) => [name, packageVersion(name)])),
    commit: here.split(path.sep).includes('node_modules') ? null : checkedOutCommit(here),
    page: null,
  };
};
