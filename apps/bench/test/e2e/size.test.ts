import { expect, test } from 'vitest';
import { openSite } from './site.ts';
import { gzipSync } from 'node:zlib';

test('a first visit loads less than 200 kB, compressed', async () => {
  const site = await openSite();
  const page = await site.browser.newPage();
  const addresses = new Set<string>();
  page.on('response', (response) => addresses.add(response.url()));
  await page.goto(`${site.url}#/compare`);
  await page.getByRole('button', { name: 'Run', exact: true }).waitFor();
  await page.waitForLoadState('networkidle');
  // Fetched again: browsers keep no body of what a worker that has ended had loaded.
  const sizes = [...addresses]
    .filter((address) => address.startsWith(site.url))
    .map(async (address) => gzipSync(await (await fetch(address)).arrayBuffer()).length);
  const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  expect(total).toBeGreaterThan(10_000);
  expect(total).toBeLessThan(200_000);
  await site.close();
});
