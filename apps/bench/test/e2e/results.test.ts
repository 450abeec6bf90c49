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

test('iNALU: what differs from the published rates is counted and explained, with its probability', async () => {
  const page = await site.open('#/results?experiment=inalu');
  const differences = page.getByText(/^\d+ of \d+ rates that can be compared differ significantly/);
  await differences.waitFor();
  const [, differing] = /^(\d+) of/.exec((await differences.textContent())!)!;
  expect(await page.getByText(/^p [=<] .*: differs$/).count()).toBe(Number(differing));
  await page.close();
});

test('published figures without ours are looked up on demand', async () => {
  const page = await site.open('#/results?experiment=mnist-count');
  await page.getByText('Published figures without ours').click();
  const figures = page.getByRole('cell', { name: /published [~?]?\d/ });
  await figures.first().waitFor();
  expect(await figures.count()).toBeGreaterThan(3);
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
