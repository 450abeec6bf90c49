import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from './axe.ts';
import { openSite, type Site } from './site.ts';

const speedRun = fileURLToPath(new URL('../../../../docs/benchmarks/bench.json', import.meta.url));

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

/** The committed run of the speed suite, imported and shown. */
const withSpeedRun = async (options?: Parameters<Site['open']>[1]): Promise<Page> => {
  const page = await site.open('#/compare', options);
  await page.getByLabel(/^Import a file/).setInputFiles(speedRun);
  await page.getByRole('heading', { name: 'bench', exact: true }).waitFor();
  return page;
};

test.each([
  ['light', 1280],
  ['dark', 360],
] as const)(
  'every section of a run of the speed suite, %s, %i px wide: charts with the same figures as tables',
  async (colorScheme, width) => {
    const page = await withSpeedRun({ colorScheme, viewport: { width, height: 800 } });
    const sections: readonly (readonly [string, number, string])[] = [
      ['scaling', 3, 'rows in a batch'],
      ['roofline', 1, 'of the peak'],
      ['history', 1, 'nothing before to compare with'],
    ];
    for (const [section, figures, inTable] of sections) {
      await page.getByRole('radio', { name: section }).check();
      const charts = page.getByRole('figure');
      await charts.first().waitFor();
      expect(await charts.count()).toBe(figures);
      expect(await charts.first().locator('.mark').count()).toBeGreaterThan(5);
      await charts.first().getByText('The figures as a table').click();
      expect(await charts.first().getByRole('table').innerText()).toContain(inTable);
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
    await page.getByRole('radio', { name: 'starting and workers' }).check();
    await page.getByRole('heading', { name: 'Compilation' }).waitFor();
    expect(await page.getByRole('region', { name: 'Compilation, cold and cached' }).getByRole('row').count()).toBe(3);
    expect(await page.getByRole('region', { name: 'A population shared out among workers' }).getByRole('row').count()).toBe(5);
    expect(await violations(page)).toEqual([]);
    await page.close();
  },
);

test('a section is a link, and so is the workload of the history', async () => {
  const page = await withSpeedRun();
  await page.getByRole('radio', { name: 'history' }).check();
  await page.getByRole('combobox', { name: 'Workload' }).selectOption('nalu-256-256-b1024');
  expect(page.url()).toContain('show=history&workload=nalu-256-256-b1024');
  await page.reload();
  await page.getByRole('figure', { name: /^NALU 256→256/ }).waitFor();
  expect(await page.getByRole('radio', { name: 'history' }).isChecked()).toBe(true);
  await page.close();
});

/** Width and height in a PNG's header (PNG specification, section 11.2.1). */
const sizeOf = (png: Buffer): readonly [number, number] => [png.readUInt32BE(16), png.readUInt32BE(20)];

test('a chart and a table of times are downloaded and copied as images', async () => {
  const page = await withSpeedRun();
  const download = async (name: RegExp): Promise<Buffer> => {
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).first().click()]);
    expect(file.suggestedFilename()).toMatch(/^nalu-.+\.png$/);
    return readFile(await file.path());
  };
  const table = await download(/^Download as an image: NALU 2→1, batch 128/);
  expect(sizeOf(table)[0]).toBeGreaterThan(1000);
  await page.getByRole('radio', { name: 'scaling' }).check();
  const chart = await download(/^Download as an image: NALU 2→1, one Adam step, by batch size/);
  expect(chart.subarray(1, 4).toString()).toBe('PNG');
  expect(sizeOf(chart)[1]).toBeGreaterThan(700);

  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: /^Copy as an image: NALU 2→1, one Adam step, by batch size/ }).click();
  await page.getByText('Copied.').waitFor();
  const types = await page.evaluate(async () => (await navigator.clipboard.read()).flatMap((item) => item.types));
  expect(types).toEqual(['image/png']);
  await page.close();
});
