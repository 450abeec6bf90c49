import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, cpus, platform, release } from 'node:os';

/** Where a report was made. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly system: string;
  readonly node: string;
  /** Of the repository; `-dirty` with changes that were not committed. */
  readonly commit: string;
}

const systemName = (): string => {
  try {
    const name = /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
    if (name !== undefined) return `${name}, ${arch()}`;
  } catch {
    // not Linux
  }
  return `${platform()} ${release()}, ${arch()}`;
};

const commit = (): string => {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown'; // a copy without its history
  }
};

export const thisMachine = (): Machine => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  system: systemName(),
  node: process.versions.node,
  commit: commit(),
});

/** `amd-epyc-2-cores`: the folder of a machine's reports. */
export const folderNameOf = ({ cpu, cores }: Machine): string =>
  `${cpu} ${cores} cores`
    .toLowerCase()
    .replaceAll(/\(.*?\)|processor|cpu|@.*ghz/g, ' ')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
