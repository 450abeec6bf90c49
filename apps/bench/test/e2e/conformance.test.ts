import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { violations } from './axe.ts';
import { drawn } from './drawn.ts';
import { openSite, type Site } from './site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

describe('the matrix', () => {
  test('has the committed reports; a cell opens by keyboard and by its link', async () => {
    const page = await site.open('#/conformance');
    await page.getByRole('grid').waitFor();
    await drawn(page);
    expect(await page.getByRole('columnheader').count()).toBeGreaterThanOrEqual(2 + 9);
    await page.getByRole('link', { name: /^js, auto, \d places: / }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    const name = await page.evaluate(() => document.activeElement!.getAttribute('aria-label'));
    expect(name).toMatch(/^constant on js, interpreter/);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'constant on js, mode interpreter' }).waitFor();
    const link = page.url();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement!.getAttribute('aria-label'))).toBe(name);
    await page.close();

    const other = await site.open(link.slice(link.indexOf('#')));
    const dialog = other.getByRole('dialog', { name: 'constant on js, mode interpreter' });
    await dialog.getByRole('rowheader', { name: 'Firefox' }).waitFor();
    expect(await violations(other)).toEqual([]);
    await other.close();
  });

  // axe takes half a minute for the whole matrix: two columns have the same elements as all.
  test.each(['light', 'dark'] as const)('is accessible, %s', async (colorScheme) => {
    const page = await site.open('#/conformance?place=firefox&backend=js', { colorScheme });
    await page.getByRole('grid').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  test('scrolls by itself on a phone', async () => {
    const page = await site.open('#/conformance?place=apart', { viewport: { width: 360, height: 740 } });
    await page.getByRole('grid').waitFor();
    await drawn(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await page.close();
  });

  test('fits on a laptop', async () => {
    const page = await site.open('#/conformance', { viewport: { width: 1280, height: 800 } });
    await page.getByRole('grid').waitFor();
    await drawn(page);
    expect(await page.locator('.matrix-scroll').evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
    await page.close();
  });

  test.each([
    ['?backend=nonsense', /The link is damaged: backend: it must be one of/],
    ['?column=nonsense&op=tanh', /names a column “nonsense” that is not in this table/],
    ['?column=js-auto&op=nonsense', /names an op “nonsense” that does not exist/],
    ['?column=live-js&op=tanh', /names a run in another page/],
  ])('says what is wrong with the link %s', async (query, sentence) => {
    const page = await site.open(`#/conformance${query}`);
    const alert = page.getByRole('alert').filter({ hasText: sentence });
    await alert.waitFor();
    expect(await alert.count()).toBe(1);
    await page.close();
  });
});

describe('a run in this page', () => {
  test('becomes a column beside the committed ones', async () => {
    const page = await site.open('#/conformance');
    await page.getByRole('radio', { name: 'tfjs-wasm', exact: true }).first().check();
    await page.getByRole('button', { name: 'Run the suite' }).click();
    await page.getByText(/^tfjs-wasm: check \d+ of 3\d\d, /).waitFor();
    await page.getByText(/^tfjs-wasm: 3\d\d checks passed, 0 failed/).waitFor({ timeout: 240_000 });
    await page.getByRole('link', { name: /^exp on tfjs-wasm, this browser: 0\.\d+ ulp/ }).press('Enter');
    const input = page.getByRole('dialog', { name: 'exp on tfjs-wasm' }).getByRole('cell').locator('code');
    await input.waitFor();
    expect(await input.textContent()).toMatch(/^exp\(/);
    await page.close();
  }, 300_000);

  // The whole suite takes minutes on a GPU that is imitated in software; packages/certification runs it.
  test.each(['tfjs-webgpu', 'gpujs:webgl2'])('%s: checks pass one after the other', async (backend) => {
    const page = await site.open('#/conformance');
    await page.getByRole('radio', { name: backend, exact: true }).first().check();
    await page.getByRole('button', { name: 'Run the suite' }).click();
    await page.getByText(new RegExp(`^${backend}: check (2\\d|3\\d|4\\d) of 3\\d\\d, `)).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText(`The run of ${backend} was cancelled`).waitFor();
    await expect.poll(() => page.workers().length, { timeout: 60_000 }).toBe(0);
    await page.close();
  });

  test('is cancelled by ending its worker', async () => {
    const page = await site.open('#/conformance');
    await page.getByRole('button', { name: 'Run the suite' }).click();
    await page.getByText(/^js: check \d+ of/).waitFor();
    const [worker] = page.workers();
    const closed = new Promise<void>((resolve) => worker!.once('close', () => resolve()));
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('The run of js was cancelled').waitFor();
    await closed;
    expect(page.workers()).toEqual([]);
    await page.close();
  });
});
