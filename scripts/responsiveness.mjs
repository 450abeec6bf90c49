/**
 * Measures whether the dashboard stays responsive while workers compute, and what a cancelled run leaves behind:
 * `npm run responsiveness`. Exit code 1 where a task of the page's own thread took more than 50 ms, or a cancelled run left
 * something.
 *
 * Tasks count by the time that their thread computed, not by the clock: the workers may use every core of a small machine.
 */
import './lib/require-node.mjs';
import { availableParallelism, cpus } from 'node:os';
import { openSite, viewsOf } from './lib/site.mjs';

/** Longer tasks are felt (W3C, Long Tasks API). Milliseconds. */
const LONGEST = 50;

/** Workers hold tens of megabytes while they compute; a page's own objects come and go. */
const LEFT_BEHIND = 4e6;

/** @typedef {import('playwright').Page} Page */

/**
 * @typedef {object} TraceEvent
 * @property {string} name
 * @property {number} pid
 * @property {number} tid
 * @property {number} [dur] microseconds by the clock
 * @property {number} [tdur] microseconds that the thread computed
 * @property {{ name?: string, data?: { frames?: readonly { url: string, processId?: number }[], url?: string, processId?: number } }} [args]
 */

/**
 * The tasks of the page's own thread, in milliseconds.
 *
 * @param {readonly TraceEvent[]} events
 * @param {string} url
 */
const tasksOf = (events, url) => {
  const pid = events
    .flatMap(({ name, args }) => {
      if (name === 'TracingStartedInBrowser') return args?.data?.frames ?? [];
      return name === 'FrameCommittedInBrowser' && args?.data?.url !== undefined ? [{ ...args.data, url: args.data.url }] : [];
    })
    .reverse()
    .find((frame) => frame.url.startsWith(url))?.processId;
  const tid = events.find(
    (event) => event.name === 'thread_name' && event.args?.name === 'CrRendererMain' && event.pid === pid,
  )?.tid;
  if (pid === undefined || tid === undefined) throw new Error('The trace has no thread of the page.');
  return events
    .filter((event) => event.name === 'RunTask' && event.pid === pid && event.tid === tid)
    .map(({ dur = 0, tdur = 0 }) => ({ clock: dur / 1000, computed: tdur / 1000 }));
};

/**
 * What is done on a page while its workers compute. `begin` resolves when they do, `end` when they have finished.
 *
 * @typedef {object} Job
 * @property {string} title
 * @property {string} hash
 * @property {(page: Page) => Promise<void>} begin
 * @property {(page: Page) => Promise<void>} end
 *
 * @typedef {Omit<Job, 'end'> & { readonly button: string }} LongJob one that is cancelled with this button
 */

const traced = ['devtools.timeline', 'disabled-by-default-devtools.timeline', '__metadata'];

const runButton = (/** @type {Page} */ page) => page.getByRole('button', { name: 'Run', exact: true });

const beginBenchmark = async (/** @type {Page} */ page) => {
  await runButton(page).click();
  await page.getByRole('button', { name: 'Cancel' }).waitFor();
};

const beginTraining = async (/** @type {Page} */ page) => {
  await page.locator('#lesson-playground').getByRole('button', { name: 'Train' }).click();
  await page.locator('.watch').waitFor();
};

/** No job of these takes as long. Milliseconds. */
const patience = { timeout: 300_000 };

/** @type {readonly Job[]} */
const jobs = [
  {
    title: 'a benchmark of four columns',
    hash: '#/compare?workloads=nalu-2-1-b128,nalu-2-1-b128-100&columns=js,tfjs-wasm,plain-loop,tfjs-autodiff',
    begin: beginBenchmark,
    end: (page) => runButton(page).waitFor(patience),
  },
  {
    title: 'a training of 100 NALUs, drawn while they train',
    hash: '#/learn?at=playground&members=100&steps=2000&backend=tfjs-wasm',
    begin: beginTraining,
    end: (page) => page.getByText(/has (not )?learned the rule/).waitFor(patience),
  },
  {
    title: 'a conformance run',
    hash: '#/conformance?place=node',
    begin: async (page) => {
      await page.getByRole('button', { name: 'Run the suite' }).click();
      await page.getByRole('button', { name: 'Cancel' }).waitFor();
    },
    end: (page) => page.getByRole('button', { name: 'Run the suite' }).waitFor(patience),
  },
];

/** @type {readonly LongJob[]} */
const longJobs = [
  {
    title: 'a thorough benchmark',
    hash: '#/compare?workloads=nalu-256-256-b1024,nalu-256-256-b128,nalu-128-128-b128,nalu-2-1-b128-1000&columns=js,plain-loop,tfjs-wasm,tfjs-autodiff,tfjs-tuned&effort=thorough',
    begin: async (page) => {
      await beginBenchmark(page);
      await page.getByText(/nalu-256-256-b1024, plain-loop/).waitFor(patience);
    },
    button: 'Cancel',
  },
  {
    title: 'a training of 100 networks of two NALUs',
    hash: '#/learn?at=playground&model=nalu-2&members=100&steps=20000',
    begin: beginTraining,
    button: 'Stop',
  },
];

const { browser, url, close } = await openSite();

/**
 * What a visit costs the page's own thread until nothing more is loaded. The figures are for comparison: `npm run lighthouse`
 * judges them, by the clock of a machine that does nothing else.
 *
 * @param {string} view
 */
const loads = async (view) => {
  const page = await browser.newPage();
  await browser.startTracing(page, { categories: traced });
  await page.goto(`${url}#/${view}`);
  await page.waitForLoadState('networkidle');
  const trace = JSON.parse((await browser.stopTracing()).toString());
  await page.close();
  const computed = tasksOf(trace.traceEvents, url).map((task) => task.computed);
  const total = computed.reduce((sum, each) => sum + each, 0);
  console.log(`loading ${view}: ${total.toFixed(0)} ms computed, the longest task ${Math.max(...computed).toFixed(1)} ms`);
};

/** @param {Job} job @returns {Promise<boolean>} */
const staysResponsive = async ({ title, hash, begin, end }) => {
  const page = await browser.newPage();
  await page.goto(`${url}${hash}`);
  await page.waitForLoadState('networkidle');
  await browser.startTracing(page, { categories: traced });
  await begin(page);
  await end(page);
  const trace = JSON.parse((await browser.stopTracing()).toString());
  await page.close();
  const tasks = tasksOf(trace.traceEvents, url);
  const computed = tasks.map((task) => task.computed);
  const longest = Math.max(...computed);
  const total = computed.reduce((sum, each) => sum + each, 0);
  const byClock = tasks.filter(({ clock }) => clock > LONGEST).length;
  console.log(
    `${title}: ${tasks.length} tasks of the page's own thread computed ${total.toFixed(0)} ms together, the longest ${longest.toFixed(1)} ms; ${byClock} took longer than ${LONGEST} ms by the clock`,
  );
  return longest <= LONGEST;
};

/** Bytes that the page and its workers hold, after the garbage was collected, for which it waits some seconds. @param {Page} page @returns {Promise<number>} */
const memory = (page) =>
  page.evaluate(
    async () =>
      (
        await /** @type {{ measureUserAgentSpecificMemory(): Promise<{ bytes: number }> }} */ (
          /** @type {unknown} */ (performance)
        ).measureUserAgentSpecificMemory()
      ).bytes,
  );

/** Begins a job, cancels it, and looks at what is left; twice. @param {LongJob} job @returns {Promise<boolean>} */
const leavesNothing = async ({ title, hash, begin, button }) => {
  const page = await browser.newPage();
  await page.goto(`${url}${hash}`);
  await page.waitForLoadState('networkidle');
  // What is loaded for the first run stays: code is no leak.
  const cancelled = async () => {
    await begin(page);
    const workers = page.workers();
    const during = await memory(page);
    await Promise.all([
      ...workers.map((worker) => worker.waitForEvent('close')),
      page.getByRole('button', { name: button, exact: true }).click(),
    ]);
    return { during, after: await memory(page) };
  };
  const first = await cancelled();
  const second = await cancelled();
  const left = page.workers().length;
  await page.close();
  const mega = (/** @type {number} */ bytes) => (bytes / 1e6).toFixed(1);
  console.log(
    `${title}, cancelled: ${left} workers left; ${mega(second.during)} MB while it ran, ${mega(first.after)} MB after the first cancellation and ${mega(second.after)} MB after the second`,
  );
  return left === 0 && second.after - first.after < LEFT_BEHIND;
};

console.log(`Chromium ${browser.version()}, ${cpus()[0]?.model}, ${availableParallelism()} cores`);
const page = await browser.newPage();
await page.goto(url);
const views = await viewsOf(page);
await page.close();
for (const view of views) await loads(view);
let isGood = true;
for (const job of jobs) isGood = (await staysResponsive(job)) && isGood;
for (const job of longJobs) isGood = (await leavesNothing(job)) && isGood;
await close();
process.exitCode = isGood ? 0 : 1;
