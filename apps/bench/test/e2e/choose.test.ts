import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { violations } from './axe.ts';
import { drawn } from './drawn.ts';
import { openSite, type Site } from './site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const row = (page: Page, name: string): Locator =>
  page.getByRole('row').filter({ has: page.locator(`th code:text-is("${name}")`) });

const listed = async (page: Page): Promise<string[]> => {
  await drawn(page);
  return page.locator('.variants tbody th code').allTextContents();
};

describe('the table', () => {
  test('filters, sorts and chooses with the keyboard; all of it is in the link; it ends in the lines to paste', async () => {
    const page = await site.open('#/choose', { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.getByText('10 of 10 listed.').waitFor();
    await page.getByRole('searchbox').fill('gpu.js');
    await page.getByText('5 of 10 listed.').waitFor();
    await page.getByRole('checkbox', { name: 'Node' }).focus();
    await page.keyboard.press('Space');
    await page.getByRole('radio', { name: 'anything' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByText('2 of 10 listed.').waitFor();
    await page.getByRole('columnheader', { name: 'loads' }).getByRole('button').press('Enter');
    expect(await page.getByRole('columnheader', { name: 'loads' }).getAttribute('aria-sort')).toBe('ascending');
    await page.getByRole('radio', { name: 'gpujs:webasm' }).focus();
    await page.keyboard.press('Space');
    await page.getByRole('heading', { name: 'Use gpujs:webasm' }).waitFor();
    const copy = await site.open(await page.evaluate(() => location.hash));
    await copy.getByText('2 of 10 listed.').waitFor();
    expect(await listed(copy)).toEqual(['gpujs:webasm', 'gpujs:cpu']);
    expect(await copy.getByRole('radio', { name: 'gpujs:webasm' }).isChecked()).toBe(true);
    await copy.close();

    await page.getByRole('button', { name: 'Copy the import' }).click();
    await page.getByText('Copied.').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      "import { createBackend } from '@nalu/backend-gpujs';\n\nconst backend = await createBackend({ mode: 'webasm' });",
    );
    await page.getByText("script-src 'self' 'wasm-unsafe-eval'").last().waitFor();

    await page.getByRole('searchbox').fill('fortran');
    await page.getByText('No backend does all of this').waitFor();
    await page.getByRole('link', { name: 'show all' }).click();
    await page.getByText('10 of 10 listed.').waitFor();
    await page.close();
  });

  test('what a backend costs to load is measured, its library included; reports are one step away', async () => {
    const page = await site.open('#/choose');
    const kilobytes = async (name: string): Promise<number> =>
      Number.parseFloat((await row(page, name).locator('td.number').first().textContent())!);
    await row(page, 'js').waitFor();
    expect(await kilobytes('js')).toBeGreaterThan(5);
    expect(await kilobytes('js')).toBeLessThan(30);
    expect(await kilobytes('tfjs-wasm')).toBeGreaterThan(140);
    expect(await kilobytes('gpujs:webgpu')).toBeGreaterThan(150);
    expect(await row(page, 'tfjs-webgpu').locator('td.number').first().textContent()).toMatch(/later \d+(\.\d+)? kB/);
    await row(page, 'tfjs-wasm').getByRole('link', { name: 'runs in Firefox' }).click();
    await page.getByRole('dialog', { name: 'tfjs-wasm' }).getByRole('heading', { name: 'Firefox' }).waitFor();
    await page.goBack();
    await row(page, 'js:fused')
      .getByRole('link', { name: /certified at/ })
      .click();
    await page.getByRole('dialog', { name: 'js, mode auto' }).waitFor();
    await page.close();
  });

  test.each([
    ['light', 1280],
    ['dark', 360],
  ] as const)('is accessible, and only the table is wider than the page: %s, %i px', async (colorScheme, width) => {
    const page = await site.open('#/choose', { colorScheme, viewport: { width, height: 800 } });
    await page.getByText('10 of 10 listed.').waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await page.close();
  });

  test('a damaged link is told, and the rest of it holds', async () => {
    const page = await site.open('#/choose?pick=cobol&on=gpu');
    await page.getByText('The link is damaged: pick').waitFor();
    expect(await page.getByRole('radio', { name: 'GPU', exact: true }).isChecked()).toBe(true);
    await page.close();
  });
});

describe('here', () => {
  test('every backend starts and computes in this browser', async () => {
    const page = await site.open('#/choose');
    await page.getByRole('button', { name: 'Start each one here' }).click();
    await page.getByText('10 of 10 started here and computed.').waitFor();
    expect(await row(page, 'gpujs:webgl2').textContent()).toMatch(/runs in software/);
    expect(page.workers()).toEqual([]);
    await page.close();
  });

  test('a browser without WebGPU: what needs it is said to lack it, refuses, and is left out on demand', async () => {
    const without = await openSite({ webgpu: false });
    const page = await without.open('#/choose');
    await row(page, 'tfjs-webgpu').getByText('This browser offers no WebGPU adapter.').waitFor();
    await page.getByRole('button', { name: 'Start each one here' }).click();
    await page.getByText('8 of 10 started here and computed.').waitFor();
    await row(page, 'tfjs-webgpu').getByText('refuses', { exact: true }).waitFor();
    await page.getByRole('checkbox', { name: 'here, now' }).check();
    await page.getByText('8 of 10 listed.').waitFor();
    expect(await listed(page)).not.toContain('gpujs:webgpu');
    await without.close();
  });

  test('times are those of Compare, which is one step away, and of the machine that serves the page', async () => {
    const page = await site.browser.newPage();
    const report: unknown = JSON.parse(
      await readFile(new URL('../../../../docs/benchmarks/bench.json', import.meta.url), 'utf8'),
    );
    await page.route('**/runs.json', (route) => route.fulfill({ json: [{ name: 'Node', report }] }));
    await page.goto(`${site.url}#/choose`);
    await row(page, 'js')
      .getByText(/^[\d.]+ ± [\d.]+$/)
      .waitFor();
    const measure = page.getByRole('link', { name: 'Measure it on this device' });
    expect(await measure.getAttribute('href')).toContain('#/compare?workloads=nalu-2-1-b128&columns=js,tfjs-wasm,');

    await page.goto(`${site.url}#/compare?workloads=nalu-2-1-b128&columns=js`);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByText('first run ms').first().waitFor();
    await page.getByRole('button', { name: 'Run', exact: true }).waitFor();
    await page.getByRole('link', { name: 'Choose' }).click();
    await page.getByText('Times are those of the newest run').waitFor();
    expect(
      await row(page, 'js')
        .getByText(/^[\d.]+ ± [\d.]+$/)
        .count(),
    ).toBe(2);
    expect(await row(page, 'tfjs-wasm').getByText('not measured').count()).toBe(1);
    await page.close();
  });
});
