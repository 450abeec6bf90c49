import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from './axe.ts';
import { openSite, type Site } from './site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

// axe takes half a minute for the longest results: these have the same elements.
test.each([
  ['identity', 'light', 1200],
  ['npu', 'dark', 360],
] as const)('%s: ours and the published figures, accessible (%s, %i px)', async (experiment, colorScheme, width) => {
  const page = await site.open(`#/results?experiment=${experiment}`, { colorScheme, viewport: { width, height: 800 } });
  await page.getByText('Criterion.').first().waitFor();
  expect(await page.getByRole('cell', { name: /published ~?\d/ }).count()).toBeGreaterThan(0);
  expect(await page.getByText(`reproduce ${experiment}`).count()).toBeGreaterThan(0);
  expect(await violations(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  await page.close();
});

test('without results the command stands there; a damaged link is told', async () => {
  const page = await site.open('#/results?experiment=mnist-count');
  await page.getByText('No results of this experiment are committed').waitFor();
  expect(await page.getByText('reproduce mnist-count --out').count()).toBe(1);
  await page.goto(`${site.url}#/results?experiment=nonsense`);
  const alert = page.getByRole('alert').filter({ hasText: 'names an experiment “nonsense” that does not exist' });
  await alert.waitFor();
  expect(await alert.count()).toBe(1);
  await page.close();
});
