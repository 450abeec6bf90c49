import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cache, packages } from './project.mjs';
import { run, turbo } from './run.mjs';
import { build } from './setup.mjs';

/** @typedef {{ passed: number, failed: number, output: string }} Outcome */

/** A stage that passes or fails as a whole. @returns {Promise<Outcome>} */
const whole = async (/** @type {Promise<{ code: number, output: string }>} */ running) => {
  const { code, output } = await running;
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, output };
};

const testProjects = () => packages.map((folder) => `${folder}/tsconfig.test.json`).filter((path) => existsSync(path));

/** All tests of all packages in one process, counted one by one. @returns {Promise<Outcome>} */
const tests = async () => {
  const report = join(cache, 'vitest.json');
  rmSync(report, { force: true });
  const { code, output } = await run(['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]);
  const { passed, failed } = existsSync(report) ? count(JSON.parse(readFileSync(report, 'utf8'))) : { passed: 0, failed: 0 };
  // Vitest may break down before it reports anything, or find no test at all: neither is a success.
  const broken = failed === 0 && (code !== 0 || passed === 0);
  return { passed, failed: broken ? 1 : failed, output };
};

/** A file that could not be loaded has no tests to count; it counts as one that failed. */
const count = (
  /** @type {{ numPassedTests: number, numFailedTests: number, testResults: { status: string, assertionResults: { status: string }[] }[] }} */ report,
) => ({
  passed: report.numPassedTests,
  failed:
    report.numFailedTests +
    report.testResults.filter(
      ({ status, assertionResults }) => status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
    ).length,
});

/** What `npm test` runs, in this order. @type {{ name: string, run: () => Promise<Outcome> }[]} */
export const stages = [
  { name: 'build', run: () => whole(build()) },
  { name: 'types of tests and tools', run: () => whole(run(['tsc', '-b', 'tsconfig.tools.json', ...testProjects()])) },
  { name: 'lint', run: () => whole(run(['oxlint', '--deny-warnings'])) },
  { name: 'format', run: () => whole(run(['oxfmt', '--check'])) },
  { name: 'numerics page', run: () => whole(run(['node', 'scripts/numerics.mjs', '--check'])) },
  { name: 'unused code', run: () => whole(run(['knip'])) },
  { name: 'packages', run: () => whole(run(turbo('package-checks'))) },
  { name: 'size', run: () => whole(run(['size-limit'])) },
  { name: 'tests', run: tests },
];
