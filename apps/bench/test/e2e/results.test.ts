import { readdirSync } from 'node:fs';
import { experiments } from '@nalu/experiments/reproduce';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from './axe.ts';
import { drawn } from './drawn.ts';
import { openSite, type Site } from './site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

// axe takes half a minute for the longest results: these have the same elements.
test.each([
  ['identity', 'light', 1200, 0],
  ['npu', 'dark', 360, 1],
] as const)('%s: ours and the published figures, accessible (%s, %i px)', async (experiment, colorScheme, width, incomplete) => {
  const page = await site.open(`#/results?experiment=${experiment}`, { colorScheme, viewport: { width, height: 800 } });
  await page.getByText('Criterion.').first().waitFor();
  await drawn(page);
  expect(await page.getByRole('cell', { name: /published ~?\d/ }).count()).toBeGreaterThan(0);
  expect(await page.getByText(`reproduce ${experiment}`).count()).toBeGreaterThan(0);
  expect(await page.getByText(/^Covers \d+ of \d+ cells/).count()).toBe(incomplete);
  expect(await violations(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  await page.close();
});

test('iNALU: what differs from the published rates is counted and explained, with its probability', async () => {
  const page = await site.open('#/results?experiment=inalu');
  const differences = page.getByText(/^\d+ of \d+ rates that can be compared differ significantly/);
  await differences.waitFor();
  await drawn(page);
  const [, differing] = /^(\d+) of/.exec((await differences.textContent())!)!;
  expect(await page.getByText(/^p [=<] .*: differs$/).count()).toBe(Number(differing));
  await page.close();
});

test('published figures without ours are looked up on demand', async () => {
  const page = await site.open('#/results?experiment=mnist-count');
  await page.getByText('Published figures without ours').click();
  const figures = page.getByRole('cell', { name: /published [~?]?\d/ });
  await figures.first().waitFor();
  await drawn(page);
  expect(await figures.count()).toBeGreaterThan(3);
  await page.close();
});

const folders = readdirSync(new URL('../../../../docs/results', import.meta.url));

test('each experiment has its committed results or, without any, the command that makes them', async () => {
  const page = await site.open('#/results');
  for (const { name, title } of experiments) {
    await page.goto(`${site.url}#/results?experiment=${name}`);
    await page.getByRole('heading', { name: title, exact: true }).waitFor();
    const hasResults = folders.some((folder) => folder.split('--')[0] === name);
    const shown = hasResults ? page.getByText('Criterion.') : page.getByText('No results of this experiment are committed');
    await shown.first().waitFor();
    await drawn(page);
    expect(await page.getByText(`reproduce ${name}`).count()).toBeGreaterThan(0);
  }
  await page.close();
});

test('a damaged link is told', async () => {
  const page = await site.open('#/results?experiment=nonsense');
  const alert = page.getByRole('alert').filter({ hasText: 'names an experiment “nonsense” that does not exist' });
  await alert.waitFor();
  expect(await alert.count()).toBe(1);
  await page.close();
});
