import { existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { cache, packages, root } from './project.mjs';
import { run, turbo } from './run.mjs';
import { build } from './setup.mjs';

/** @typedef {{ passed: number, failed: number, output: string, notes?: string[] }} Outcome */

/** A stage that passes or fails as a whole. @returns {Promise<Outcome>} */
const whole = async (/** @type {Promise<{ code: number, output: string }>} */ running) => {
  const { code, output } = await running;
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, output };
};

const testProjects = () => packages.map((folder) => `${folder}/tsconfig.test.json`).filter((path) => existsSync(path));

/**
 * Tests of some Vitest projects, counted one by one.
 *
 * @param {string} name of the report
 * @param {...string} projects their names
 * @returns {Promise<Outcome>}
 */
const tests = async (name, ...projects) => {
  const file = join(cache, `${name}.json`);
  rmSync(file, { force: true });
  const chosen = projects.map((project) => `--project=${project}`);
  const { code, output } = await run([
    'vitest',
    'run',
    ...chosen,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ]);
  if (!existsSync(file)) return { passed: 0, failed: 1, output };
  /** @type {VitestReport} */
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const { passed, failed } = count(report);
  // Vitest may break down after it has reported, or find no test at all: neither is a success.
  if (failed === 0 && (code !== 0 || passed === 0)) return { passed, failed: 1, output };
  return { passed, failed, output: failures(report).join('\n\n'), notes: notesIn(report) };
};

/** @typedef {{ status: string, fullName: string, failureMessages: string[], meta: { note?: string } }} Assertion */
/** @typedef {{ name: string, status: string, message: string, assertionResults: Assertion[] }} TestFile */
/** @typedef {{ numPassedTests: number, numFailedTests: number, testResults: TestFile[] }} VitestReport */

/** What failed and why, test by test: the thousands that passed would bury it. */
const failures = (/** @type {VitestReport} */ { testResults }) =>
  testResults
    .filter(({ status }) => status === 'failed')
    .flatMap(({ name, message, assertionResults }) => {
      const file = relative(root, name);
      const failed = assertionResults.filter((test) => test.status === 'failed');
      if (failed.length === 0) return [`FAILED ${file}\n${message}`];
      return failed.map((test) => `FAILED ${file} > ${test.fullName}\n${withoutLibraries(test.failureMessages)}`);
    });

/** Messages whose stack traces keep the lines of this repository. */
const withoutLibraries = (/** @type {string[]} */ messages) =>
  messages
    .flatMap((message) => message.split('\n'))
    .filter((line) => !/^\s+at .*(node_modules|node:|<anonymous>)/.test(line))
    .join('\n');

/** A file that could not be loaded has no tests to count; it counts as one that failed. */
const count = (/** @type {VitestReport} */ report) => ({
  passed: report.numPassedTests,
  failed:
    report.numFailedTests +
    report.testResults.filter(
      ({ status, assertionResults }) => status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
    ).length,
});

/** What tests want to have said, such as the browser that they ran in. */
const notesIn = (/** @type {VitestReport} */ { testResults }) => [
  ...new Set(testResults.flatMap(({ assertionResults }) => assertionResults.flatMap(({ meta }) => meta.note ?? []))),
];

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
  {
    name: 'tests',
    run: () => tests('tests', ...packages.map((folder) => basename(folder)).filter((name) => name !== 'certification')),
  },
  { name: 'conformance in Node', run: () => tests('node', 'certification') },
  { name: 'conformance in browsers', run: () => tests('browsers', 'chromium', 'pages') },
  { name: 'dashboard in Chromium', run: () => tests('dashboard', 'bench-pages') },
];
