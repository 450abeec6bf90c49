import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseReport } from '@nalu/experiments/benchmark';
import { violations } from './axe.ts';
import { openSite, type Site } from './site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const run = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByRole('button', { name: 'Cancel' }).waitFor();
  await page.getByRole('button', { name: 'Run', exact: true }).waitFor();
};

const pick = (page: Page, name: string, text: string): Promise<void> =>
  page.getByLabel(/^Import a file/).setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) });

test('a whole story: open a link, run on JavaScript, WebAssembly, WebGPU and WebGL 2, export, import, compare', async () => {
  const page = await site.open('#/compare?workloads=nalu-2-1-b128&columns=js,tfjs-wasm,tfjs-webgpu,gpujs:webgl2,tfjs-autodiff');
  await run(page);
  const results = page.getByRole('region', { name: /NALU 2→1, batch 128, one Adam step, batch resident/ }).first();
  for (const column of ['js', 'tfjs-wasm', 'tfjs-webgpu', 'gpujs:webgl2', 'tfjs-autodiff']) {
    const row = results.getByRole('row').filter({ has: page.getByRole('rowheader', { name: column, exact: true }) });
    expect(await row.innerText()).toMatch(/\d ± [\d.,]+/);
  }
  await expect.poll(() => page.workers().length, { timeout: 60_000 }).toBe(0);
  expect(await violations(page)).toEqual([]);

  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /^Export / }).click()]);
  const text = await readFile(await download.path(), 'utf8');
  const report = parseReport(text, 'exported');
  expect(report.records.map(({ column, status }) => `${column} ${status}`)).toEqual([
    'js ok',
    'tfjs-wasm ok',
    'tfjs-webgpu ok',
    'gpujs:webgl2 ok',
    'tfjs-autodiff ok',
  ]);
  expect(report.compileTimes.map(({ column, reason, cold, again }) => [column, reason, cold.length, again.length])).toEqual(
    ['js', 'tfjs-wasm', 'tfjs-webgpu', 'gpujs:webgl2'].map((column) => [column, null, 1, 10]),
  );
  for (const { check, firstRunMilliseconds } of report.records) {
    expect(check!.worstError).toBeLessThanOrEqual(check!.tolerance);
    expect(firstRunMilliseconds).toBeGreaterThan(0);
  }

  // The same samples, but one column takes a hundred times as long: the second run must be told to be slower there and only there.
  const slower = {
    ...report,
    records: report.records.map((record) =>
      record.column === 'js' ? { ...record, samples: record.samples.map((sample) => 100 * sample) } : record,
    ),
  };
  await pick(page, 'slower.json', JSON.stringify(slower));
  const verdicts = page.getByRole('region', { name: /^slower, compared with/ }).first();
  await page.getByText('1 slower, 0 faster').waitFor();
  expect(await verdicts.getByRole('row').nth(1).innerText()).toMatch(/js[^]*100\.00[^]*slower/);

  // What was kept is there after a reload, under the same link.
  await page.reload();
  await page
    .getByRole('region', { name: /^slower, compared with/ })
    .first()
    .waitFor();
  await page.close();
});

test('a cancelled run ends its worker and says so', async () => {
  const page = await site.open('#/compare?workloads=nalu-256-256-b1024&columns=js&effort=thorough');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByText('nalu-256-256-b1024, js').waitFor();
  expect(page.workers()).toHaveLength(1);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('The run was cancelled').waitFor();
  await expect.poll(() => page.workers().length, { timeout: 60_000 }).toBe(0);
  await page.close();
});

test('files that are damaged, newer, or no benchmark are refused with a sentence; text of a file is never markup', async () => {
  const page = await site.open('#/compare');
  await pick(page, 'cut.json', '{"format":');
  await page.getByText('cut.json is no complete JSON document').waitFor();
  await pick(page, 'other.json', '{}');
  await page.getByText('other.json is no benchmark').waitFor();
  await pick(page, 'new.json', '{"format":"nalu benchmark","version":99}');
  await page.getByText('new.json was written by a newer nalu').waitFor();

  const hostile = '<img src=x onerror="globalThis.hacked=1">';
  const report = {
    format: 'nalu benchmark',
    version: 1,
    suite: 'training',
    host: { cpu: hostile, cores: 2, memoryBytes: null, os: hostile, runtime: hostile, versions: {}, commit: null },
    date: '2026-01-01T00:00:00.000Z',
    protocol: { warmUp: 1, sample: 1, budget: 1, minSamples: 1, maxSamples: 1, ceiling: 1 },
    clockResolution: 0.1,
    stopped: false,
    notes: [hostile],
    records: [],
    compileTimes: [],
    workers: [],
    peaks: [],
  };
  await pick(page, `${hostile}.json`, JSON.stringify(report));
  await page.getByRole('status').filter({ hasText: hostile }).waitFor();
  expect(await page.locator('main img').count()).toBe(0);
  expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false);
  expect(await violations(page)).toEqual([]);
  await page.close();
});

test('a damaged link, a run of another browser and an unknown view are told', async () => {
  const page = await site.open('#/compare?effort=eternal&runs=nowhere');
  await page.getByText('The link is damaged: effort').waitFor();
  await page.getByText('The link names a run that this browser does not have').waitFor();
  expect(await page.getByRole('alert').count()).toBe(2);
  await page.goto(`${site.url}#/nonsense`);
  await page.getByText('The link names a view “nonsense” that does not exist').waitFor();
  await page.close();
});
