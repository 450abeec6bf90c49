import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSite, type Site } from './site.ts';
import { openTab } from './tab.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const benchmark = new URL('../../../../docs/benchmarks/bench.json', import.meta.url);

/** How long anything may take on a busy machine. */
const patient = { timeout: 60_000 };

const run = (page: Page): Promise<void> => page.getByRole('button', { name: 'Run', exact: true }).click();

/** The row of a column in the table of times. */
const times = (page: Page, column: string): Locator =>
  page
    .getByRole('region', { name: /NALU 2→1, batch 128/ })
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name: column, exact: true }) });

/** Opens a view as a server with these headers beside, or without isolation, would have it. */
const openServed = async (hash: string, headers: { readonly [name: string]: string }): Promise<Page> => {
  const page = await site.browser.newPage();
  page.setDefaultTimeout(60_000);
  await page.route('**/*', async (route) => {
    const response = await route.fetch();
    const { 'cross-origin-opener-policy': _, 'cross-origin-embedder-policy': __, ...others } = response.headers();
    await route.fulfill({ response, headers: { ...others, ...headers } });
  });
  await page.goto(`${site.url}${hash}`);
  return page;
};

describe('storage', () => {
  test('that is full: the run is there, and a sentence says that it cannot be kept', async () => {
    const page = await site.open('#/compare');
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Storage.overrideQuotaForOrigin', { origin: new URL(site.url).origin, quotaSize: 1000 });
    await page.getByLabel(/^Import a file/).setInputFiles({
      name: 'large.json',
      mimeType: 'application/json',
      buffer: await readFile(benchmark),
    });
    await page.getByRole('alert').filter({ hasText: 'There is no room left to keep “large”' }).waitFor();
    expect(await page.getByRole('checkbox', { name: 'large' }).isChecked()).toBe(true);
    await page.close();
  });

  test('that is forbidden, as in a page inside another that is sandboxed: a sentence, and the view works', async () => {
    const page = await site.browser.newPage();
    const around = 'http://around.test/';
    await page.route(`${site.url}**`, async (route) => {
      const response = await route.fetch();
      const anyone = { 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' };
      await route.fulfill({ response, headers: { ...response.headers(), ...anyone } });
    });
    await page.route(around, (route) =>
      route.fulfill({ contentType: 'text/html', body: `<iframe sandbox="allow-scripts" src="${site.url}#/compare"></iframe>` }),
    );
    await page.goto(around);
    const inside = page.frameLocator('iframe');
    await inside.getByRole('alert').filter({ hasText: 'This browser keeps no data of this page' }).waitFor();
    expect(await inside.getByRole('button', { name: 'Run', exact: true }).isEnabled()).toBe(true);
    await page.close();
  });

  test('that holds something else: a sentence, and the view works', async () => {
    const page = await site.open('#/compare');
    await page.getByText('Nothing has been measured here yet').waitFor();
    await page.evaluate(
      () =>
        new Promise<void>((resolve, reject) => {
          const opened = indexedDB.open('nalu runs');
          opened.addEventListener('error', () => reject(opened.error));
          opened.addEventListener('success', () => {
            const transaction = opened.result.transaction('runs', 'readwrite');
            transaction.objectStore('runs').put({ id: 'x', report: '<script>' }, 'x');
            transaction.addEventListener('complete', () => resolve());
          });
        }),
    );
    await page.reload();
    await page.getByRole('alert').filter({ hasText: 'A saved run (x) cannot be read' }).waitFor();
    expect(await page.getByRole('button', { name: 'Run', exact: true }).isEnabled()).toBe(true);
    await page.close();
  });
});

test.each(['{"runs":', '[{"name":"Node"}]', '[{"name":"Node","report":{"format":"other"}}]'])(
  'results of the machine that serves the page, damaged: %s',
  async (body) => {
    const page = await site.browser.newPage();
    await page.route('**/runs.json', (route) => route.fulfill({ contentType: 'application/json', body }));
    await page.goto(`${site.url}#/compare`);
    const alert = page.getByRole('alert').filter({ hasText: 'runs.json' });
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(
      /which came with this page, is damaged: run npm start again|runs\.json \(Node\) is no /,
    );
    await page.close();
  },
);

/** It computes for some seconds, and nothing is compiled after it. */
const longRun = '#/compare?workloads=nalu-2-1-b128&columns=plain-loop&effort=thorough';

test('a tab that is hidden in the middle of a run: it says for how long', async () => {
  const own = await openSite();
  const tab = await openTab(own.browser, `${own.url}${longRun}`);
  const says = (text: RegExp) => expect.poll(() => tab.evaluate('document.body?.innerText'), patient).toMatch(text);
  const isHidden = (hidden: boolean) => expect.poll(() => tab.evaluate('document.hidden'), patient).toBe(hidden);
  await says(/Nothing has been measured here yet/);
  await tab.evaluate(`[...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Run').click()`);
  await says(/plain-loop: (warming up|\d+ samples)/);
  await tab.hide();
  await isHidden(true);
  await tab.show();
  await isHidden(false);
  await says(/The page was hidden for \d.* of this run: browsers slow such pages down\./);
  await own.close();
});

test('a computer that sleeps in the middle of a run: its times are said to be invalid', async () => {
  const own = await openSite();
  const page = await own.open(longRun);
  const devtools = await own.browser.newBrowserCDPSession();
  await run(page);
  await page.getByText(/plain-loop: (warming up|\d+ samples)/).waitFor();
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
  const pages = processInfo.filter(({ type }) => type === 'renderer');
  // The page and its workers stand still for longer than any pause of a browser that is awake.
  pages.forEach(({ id }) => process.kill(id, 'SIGSTOP'));
  await setTimeout(6000);
  pages.forEach(({ id }) => process.kill(id, 'SIGCONT'));
  // How long it took is for the machine to say: other things may have held it up as well.
  const note = page.getByText(/The page was put to sleep during this run for \d.*: its times are not valid, run it again\./);
  await note.waitFor();
  expect(await note.count()).toBe(1);
  await own.close();
});

describe('a GPU that goes away in the middle of a run', () => {
  /** Ends the browser's process for the GPU, as a broken driver would. */
  const lose = async ({ browser }: Site): Promise<void> => {
    const devtools = await browser.newBrowserCDPSession();
    // The answer comes from the process that ends.
    await devtools.send('Browser.crashGpuProcess').catch(() => {});
  };

  test('Compare: the row says so, and the other ones are measured', async () => {
    const own = await openSite();
    const page = await own.open('#/compare?workloads=nalu-2-1-b128&columns=tfjs-webgpu,js,tfjs-wasm,plain-loop&effort=thorough');
    await run(page);
    // All are prepared, and take samples in turns.
    await page.getByText(/^nalu-2-1-b128, .*: \d+ samples/).waitFor();
    await lose(own);
    await times(page, 'tfjs-webgpu')
      .getByText(/The backend "tfjs-webgpu" lost its device/)
      .waitFor();
    expect(await times(page, 'js').innerText()).toMatch(/\d ± [\d.,]+/);
    await own.close();
  });

  test.each(['tfjs-webgpu', 'gpujs:webgl2'])('the playground, on %s: the training ends with a sentence', async (backend) => {
    const own = await openSite();
    const page = await own.open(`#/learn?members=2&steps=20000&backend=${backend}`);
    await page.locator('#lesson-playground').getByRole('button', { name: 'Train', exact: true }).click();
    await page.getByText(/Computed by/).waitFor();
    await lose(own);
    await page
      .getByRole('alert')
      .filter({ hasText: /lost its device.*Train again, or choose another backend/ })
      .waitFor();
    await expect.poll(() => page.workers().length, patient).toBe(0);
    await own.close();
  });

  test('Conformance: what failed after that says nothing about the backend', async () => {
    const own = await openSite();
    const page = await own.open('#/conformance');
    await page.getByRole('radio', { name: 'tfjs-webgpu', exact: true }).first().check();
    await page.getByRole('button', { name: 'Run the suite' }).click();
    await page.getByText(/^tfjs-webgpu: check \d+ of 3\d\d, /).waitFor();
    await lose(own);
    const alert = page
      .getByRole('alert')
      .filter({ hasText: /The device was lost in the middle of the run|tfjs-webgpu was not tested/ });
    await alert.waitFor();
    expect(await alert.count()).toBe(1);
    await own.close();
  });
});

test('a browser without WebGPU: the page says so, and so does every view that is asked for it', async () => {
  const without = await openSite({ webgpu: false });
  const page = await without.open('#/compare?workloads=nalu-2-1-b128&columns=tfjs-webgpu,js');
  await page.getByRole('list', { name: 'This device' }).getByText('no WebGPU').waitFor();
  await run(page);
  await times(page, 'tfjs-webgpu')
    .getByText(/The backend "tfjs-webgpu" cannot run here/)
    .waitFor();
  expect(await times(page, 'js').innerText()).toMatch(/\d ± [\d.,]+/);
  await page.goto(`${site.url}#/conformance`);
  await page.getByRole('radio', { name: 'tfjs-webgpu', exact: true }).first().check();
  await page.getByRole('button', { name: 'Run the suite' }).click();
  const alert = page.getByRole('alert').filter({ hasText: /tfjs-webgpu was not tested\. The backend .* cannot run here/ });
  await alert.waitFor();
  expect(await alert.count()).toBe(1);
  await without.close();
});

test('a server that does not isolate the page: it says that clocks are coarser, and so does the run', async () => {
  const page = await openServed('#/compare?workloads=nalu-2-1-b128&columns=js,tfjs-wasm', {});
  await page.getByRole('list', { name: 'This device' }).getByText('not isolated: clocks are coarser').waitFor();
  await run(page);
  for (const column of ['js', 'tfjs-wasm'])
    await times(page, column)
      .getByText(/\d ± [\d.,]+/)
      .waitFor();
  expect(await page.getByRole('region', { name: 'Runs', exact: true }).innerText()).toContain('not isolated');
  await page.close();
});

test('a strict Content-Security-Policy: what generates code says why it cannot run, all others do', async () => {
  const page = await openServed('#/compare?workloads=nalu-2-1-b128&columns=js,tfjs-wasm,gpujs:cpu', {
    'content-security-policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
  });
  await page.getByRole('list', { name: 'This device' }).getByText('generated code is forbidden here').waitFor();
  await run(page);
  await times(page, 'gpujs:cpu')
    .getByText(/forbids generated code/)
    .waitFor();
  expect(await times(page, 'js').innerText()).toMatch(/\d ± [^]*interpreter/);
  expect(await times(page, 'tfjs-wasm').innerText()).toMatch(/\d ± /);
  await page.close();
});
