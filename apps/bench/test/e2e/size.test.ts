import { expect, test } from 'vitest';
import { openSite } from './site.ts';
import { gzipSync } from 'node:zlib';

test('a first visit loads less than 200 kB, compressed', async () => {
  const site = await openSite();
  const page = await site.browser.newPage();
  const sizes: Promise<number>[] = [];
  page.on('response', (response) => sizes.push(response.body().then((body) => gzipSync(body).length)));
  await page.goto(`${site.url}#/compare`);
  await page.getByRole('button', { name: 'Run', exact: true }).waitFor();
  await page.waitForLoadState('networkidle');
  const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  expect(total).toBeGreaterThan(10_000);
  expect(total).toBeLessThan(200_000);
  await site.close();
});
