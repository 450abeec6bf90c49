/**
 * In a package's folder: checks the package as it would be published, with publint and are-the-types-wrong.
 * They look at the packed file, because publishConfig makes its package.json differ from the one in the repository.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'nalu-pack-'));

const must = (/** @type {string[]} */ ...[program = '', ...args]) => {
  const { status } = spawnSync(program, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) process.exitCode = 1;
};

try {
  must('pnpm', 'pack', '--silent', '--pack-destination', folder);
  for (const name of readdirSync(folder)) {
    must('publint', 'run', join(folder, name), '--strict');
    must('attw', join(folder, name), '--profile', 'esm-only');
  }
} finally {
  rmSync(folder, { recursive: true });
}
