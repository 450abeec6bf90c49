import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { violations } from './axe.ts';
import { openLearn, slide } from './learnPage.ts';
import { openSite, type Site } from './site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const open = (query?: string, options?: object): Promise<Page> => openLearn(site, query, options);

describe('the lessons', () => {
  test('ordinary networks bend away outside, NAC does not, and a network can be looked into', async () => {
    const page = await open();
    const lesson = page.locator('#lesson-identity');
    await lesson.getByRole('button', { name: 'Train all eighteen' }).click();
    await lesson.getByText(/^Trained in/).waitFor();
    const error = async (name: string): Promise<number> =>
      Number(
        await lesson
          .getByRole('row')
          .filter({ has: page.getByRole('radio', { name, exact: true }) })
          .locator('td')
          .first()
          .textContent(),
      );
    expect(await lesson.getByRole('row').count()).toBe(1 + 18);
    expect(await error('tanh')).toBeGreaterThan(10);
    expect(await error('ReLU')).toBeGreaterThan(0.1);
    expect(await lesson.getByRole('row').filter({ hasText: 'NAC' }).locator('td.good').count()).toBe(1);

    expect(await slide(page, 'Ask it for', 'identity', ['End'])).toBe('20');
    await lesson.getByText(/^Given 20, the first tanh network says [45]\.\d\d\. (None|Only [1-3]) of its/).waitFor();
    expect(
      await lesson
        .getByRole('img', { name: /every node's number/ })
        .locator('.node')
        .count(),
    ).toBe(1 + 8 + 8 + 8 + 1);

    await lesson.getByRole('radio', { name: 'NAC' }).check();
    await lesson.getByText(/Given 20, the first NAC network says 20\.00/).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  test('a weight is moved with the keys, slides to where the data want it, and can get stuck', async () => {
    const page = await open();
    const lesson = page.locator('#lesson-weights');
    const before = await slide(page, 'Ŵ', 'weights', []);
    expect(await slide(page, 'Ŵ', 'weights', ['ArrowRight'])).not.toBe(before);
    await lesson.getByRole('button', { name: 'The data want 1' }).click();
    await lesson.getByRole('radio', { name: 'the weight of b' }).check();
    await lesson.getByRole('button', { name: 'want −1' }).click();
    await lesson.getByText('the rule a − b').waitFor();
    const apart = await lesson.getByRole('row').last().locator('td').last().textContent();
    expect(Number(apart)).toBeLessThan(1);

    await slide(page, 'Ŵ', 'weights', ['End']);
    await slide(page, 'M̂', 'weights', ['Home', ...new Array<string>(8).fill('PageUp')]);
    await lesson.getByRole('button', { name: 'want −1' }).click();
    await lesson.getByText(/^Stuck/).waitFor();
    await page.close();
  });

  test('the point can be dragged', async () => {
    const page = await open();
    const surface = page.locator('.surface');
    await surface.scrollIntoViewIfNeeded();
    const box = (await surface.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.8, box.y + box.height * 0.3);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.25, box.y + box.height * 0.2);
    await page.mouse.up();
    const sentence = page.locator('#lesson-weights').getByText(/^W is −0\.9/);
    await sentence.waitFor();
    expect(await sentence.count()).toBe(1);
    await page.close();
  });

  test('logarithms multiply, divide, and say what they cannot see', async () => {
    const page = await open();
    const lesson = page.locator('#lesson-logs');
    expect(await lesson.locator('.verdict').textContent()).toBe('a·b = 42');
    await lesson.getByRole('button', { name: 'a/b' }).click();
    expect(await lesson.locator('.verdict').textContent()).toBe('a/b = 0.8571');
    expect(await slide(page, 'a', 'logs', ['Home'])).toBe('−10.0');
    await lesson.getByText('the sign is left out').waitFor();
    await page.close();
  });

  test('a gate chooses, mixes, and flips', async () => {
    const page = await open();
    const lesson = page.locator('#lesson-gate');
    await lesson.getByText('The gate lets a mixture of both through: 8.5').waitFor();
    await lesson.getByRole('button', { name: 'The sum' }).click();
    await lesson.getByText('The gate lets the sum through: 7').waitFor();
    await lesson.getByRole('button', { name: 'A gate that flips' }).click();
    expect(await lesson.locator('tbody td:last-child').allTextContents()).toEqual(['the product', 'the product', 'the sum']);
    await page.close();
  });
});

test('a link leads to its lesson', async () => {
  const page = await open('?at=gate');
  const title = page.locator('#title-gate:focus');
  await title.waitFor();
  expect(await title.textContent()).toBe('4 · A gate chooses');
  // What is changed afterwards, and is part of the link too, does not move the page again.
  await slide(page, 'seed', 'playground', ['ArrowRight']);
  expect(await page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('range');
  expect(page.url()).toContain('at=gate');
  await page.getByRole('link', { name: /A gate chooses/ }).click();
  await title.waitFor();
  await page.close();
});

test.each(['light', 'dark'] as const)('nothing is wider than a phone, and axe finds nothing: %s', async (colorScheme) => {
  const page = await open('', { viewport: { width: 360, height: 740 }, colorScheme });
  await page.locator('#lesson-playground').waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  expect(await violations(page)).toEqual([]);
  await page.close();
});
