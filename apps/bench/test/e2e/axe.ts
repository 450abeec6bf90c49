import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright';
import { drawn } from './drawn.ts';

const script = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe finds wrong with a page, one line for each element. */
export const violations = async (page: Page): Promise<readonly string[]> => {
  await drawn(page);
  await page.evaluate(await readFile(script, 'utf8'));
  const results = await page.evaluate<AxeResults>(`axe.run({ resultTypes: ['violations'] })`);
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`),
  );
};
