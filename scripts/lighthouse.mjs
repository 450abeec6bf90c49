/**
 * Measures the built dashboard with Lighthouse, as a phone on a slow network: `npm run lighthouse`. Every view five times;
 * exit code 1 where a median is below 95. `npm run lighthouse -- learn` measures one view. It goes by the clock, so the machine
 * must have nothing else to do.
 */
import './lib/require-node.mjs';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './lib/run.mjs';
import { openSite, viewsOf } from './lib/site.mjs';

/**
 * Version 13 needs a newer Node than this project does. It is fetched when it is used: 200 packages are too many for everybody
 * who installs this project.
 */
const lighthouse = 'lighthouse@12.8.2';

const LEAST = 95;
const RUNS = 5;
const categories = /** @type {const} */ (['performance', 'accessibility']);

/** @param {readonly number[]} values */
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** A port that nobody listens on. @returns {Promise<number>} */
const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });

/** @typedef {{ readonly [category in typeof categories[number]]: number }} Scores */

const folder = mkdtempSync(join(tmpdir(), 'nalu-lighthouse-'));

/**
 * One measurement, in a page that has kept nothing.
 *
 * @param {string} url
 * @param {number} port of the browser's debugger
 * @returns {Promise<{ scores: Scores, times: string, failed: readonly string[] }>}
 */
const measure = async (url, port) => {
  const file = join(folder, 'report.json');
  const options = [`--only-categories=${categories.join(',')}`, '--output=json', `--output-path=${file}`, '--quiet'];
  const { code, output } = await run(['npx', '--yes', lighthouse, url, `--port=${port}`, ...options]);
  if (code !== 0) throw new Error(`Lighthouse failed:\n${output}`);
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const score = (/** @type {string} */ category) => Math.round(100 * report.categories[category].score);
  const time = (/** @type {string} */ audit) => report.audits[audit].displayValue;
  return {
    scores: { performance: score('performance'), accessibility: score('accessibility') },
    times: `first paint ${time('first-contentful-paint')}, largest ${time('largest-contentful-paint')}, blocked ${time('total-blocking-time')}, shift ${time('cumulative-layout-shift')}`,
    failed: report.categories.accessibility.auditRefs
      .map((/** @type {{ id: string }} */ { id }) => report.audits[id])
      .filter((/** @type {{ score: number | null }} */ audit) => audit.score !== null && audit.score < 1)
      .map((/** @type {{ title: string }} */ { title }) => title),
  };
};

const port = await freePort();
const { browser, url, close } = await openSite([`--remote-debugging-port=${port}`]);

const page = await browser.newPage();
await page.goto(url);
const all = await viewsOf(page);
await page.close();
const asked = process.argv.slice(2);
const views = all.filter((view) => asked.length === 0 || asked.includes(view));
if (views.length === 0) throw new Error(`There is no view "${asked.join(' ')}".`);

console.log(
  `${lighthouse}, Chromium ${browser.version()}, ${cpus()[0]?.model}, ${availableParallelism()} cores; ${RUNS} runs of each view`,
);
const busy = loadavg()[0] ?? 0;
if (busy > 0.5 * availableParallelism())
  console.log(
    `This machine has other things to do (load ${busy.toFixed(1)}): what follows says more about that than about the pages.`,
  );
let isGood = true;
for (const view of views) {
  const results = [];
  for (let i = 0; i < RUNS; i++) results.push(await measure(`${url}#/${view}`, port));
  for (const category of categories) {
    const scores = results.map((result) => result.scores[category]);
    const middle = median(scores);
    isGood &&= middle >= LEAST;
    console.log(`${view}: ${category} ${middle} (${Math.min(...scores)} to ${Math.max(...scores)})`);
  }
  for (const problem of new Set(results.flatMap(({ failed }) => failed))) console.log(`  ${problem}`);
  console.log(`  ${results.at(-1)?.times}`);
}
rmSync(folder, { recursive: true });
await close();
process.exitCode = isGood ? 0 : 1;
