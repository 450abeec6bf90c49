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

const train = (page: Page): Promise<void> =>
  page.locator('#lesson-playground').getByRole('button', { name: 'Train', exact: true }).click();

const outcome = async (page: Page, text: RegExp): Promise<string> => {
  const line = page.locator('.outcome').filter({ hasText: text });
  await line.waitFor();
  return (await line.textContent())!;
};

describe('the playground', () => {
  test('a NALU learns a·b: losses, weights, gate, answers far outside, the formula; any moment again; the link', async () => {
    const page = await open();
    const ground = page.locator('#lesson-playground');
    await train(page);
    expect(await outcome(page, /rule/)).toMatch(
      /^NALU has learned the rule: far outside the training range it is off by [^,]+, ReLU MLP by \d+ %\. Its weights read a·b\./,
    );
    const reading = ground.locator('.formula-now');
    expect(await reading.textContent()).toBe('a·b');
    const weights = await ground.locator('.small-charts > li > p').allTextContents();
    expect(weights.slice(2)).toEqual([
      expect.stringMatching(/^exponent of a 1\.00$/),
      expect.stringMatching(/^exponent of b 1\.00$/),
      expect.stringMatching(/^gate \(1: sum, 0: product\) 0\.0\d$/),
    ]);
    expect(await ground.getByRole('img', { name: /NALU is off by under 0.001 %|NALU is off by 0/ }).count()).toBe(1);

    expect(await slide(page, 'moment', 'playground', ['Home'])).toBe('0');
    expect(await reading.textContent()).not.toBe('a·b');
    expect(await violations(page)).toEqual([]);

    await ground.getByRole('radio', { name: 'a + b' }).check();
    await ground.getByRole('combobox', { name: 'by' }).selectOption('NAC');
    expect(page.url()).toContain('f=a%2Bb');
    const copy = await site.open(page.url().slice(site.url.length));
    expect(await copy.locator('#lesson-playground').getByRole('radio', { name: 'a + b' }).isChecked()).toBe(true);
    expect(await copy.locator('#lesson-playground').getByRole('combobox', { name: 'by' }).inputValue()).toBe('nac');
    await copy.close();
    await page.close();
  });

  test('a function of the reader: it is in the link, mistakes get a sentence, and it is learned', async () => {
    const page = await open('?model=nac&members=8&steps=2000');
    const ground = page.locator('#lesson-playground');
    await ground.getByRole('radio', { name: 'a function of mine' }).check();
    const button = ground.getByRole('button', { name: 'Train', exact: true });
    expect(await button.isDisabled()).toBe(true);
    const input = ground.getByRole('textbox', { name: /^A function of a, b, c and d/ });
    await input.fill('a - <b>');
    await ground.getByRole('alert').filter({ hasText: '“<” means nothing in a function.' }).waitFor();
    await input.fill('sqrt(a - b)');
    await train(page);
    await ground
      .getByRole('alert')
      .filter({ hasText: /^Where a = [\d.]+, b = [\d.]+, it is no number\./ })
      .waitFor();
    await input.fill('c - a + b');
    await train(page);
    expect(await outcome(page, /rule/)).toMatch(/^NAC has learned the rule: .* Its weights read b - a \+ c\./);
    const copy = await site.open(page.url().slice(site.url.length));
    expect(await copy.getByRole('textbox', { name: /^A function of a, b, c and d/ }).inputValue()).toBe('c - a + b');
    expect(await violations(copy)).toEqual([]);
    await copy.close();
    await page.close();
  });

  test('what cannot be learned is said: a NAC has no products', async () => {
    const page = await open('?model=nac&members=4&steps=500&backend=tfjs-wasm');
    await train(page);
    expect(await outcome(page, /rule/)).toMatch(/^NAC has not learned the rule this time/);
    await page.close();
  });

  test('tfjs-webgpu trains in the worker, and says that its GPU is imitated', async () => {
    const page = await open('?model=nac&f=a%2Bb&members=2&steps=500&backend=tfjs-webgpu');
    await train(page);
    await outcome(page, /rule/);
    expect(await page.locator('.watch').textContent()).toMatch(/Computed by .*imitated in software/);
    await page.close();
  });

  // gpu.js compiles the smallest network three times as fast as a NALU; all 500 steps would take it half a minute.
  test('gpujs:webgl2 trains in the worker, and says that its GPU is imitated', async () => {
    const page = await open('?model=nac&f=a%2Bb&members=2&steps=500&backend=gpujs:webgl2');
    await train(page);
    await page.getByText(/^([3-9]\d|\d{3}) of 500 steps/).waitFor();
    expect(await page.locator('.watch').textContent()).toMatch(/Computed by .*imitated in software/);
    await page.locator('#lesson-playground').getByRole('button', { name: 'Stop' }).click();
    await outcome(page, /Stopped/);
    await page.close();
  });

  test('a backend that cannot run here says why', async () => {
    const without = await openSite({ webgpu: false });
    const page = await openLearn(without, '?backend=tfjs-webgpu');
    await train(page);
    const alert = page.locator('#lesson-playground').getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/The backend "tfjs-webgpu" cannot run here: .+/);
    await without.close();
  });

  test('a table: measurements of planets are read, trained on, and put into the link', async () => {
    const page = await open('?from=table&model=nac-mul-2&steps=1000');
    const ground = page.locator('#lesson-playground');
    await ground.getByRole('button', { name: /^Planets/ }).click();
    await ground.getByRole('group', { name: 'from these columns' }).waitFor();
    expect(await ground.getByRole('combobox', { name: 'The column to learn' }).inputValue()).toBe('period');
    await train(page);
    await outcome(page, /rule/);
    expect(page.url()).toContain('target=period');
    await page.close();
  });

  test.each([
    ['a,b,y\n1,2,3\n2,x,5\n3,4,7\n4,5,9\n', 'the table, line 3, column "b": "x" is not a number'],
    ['a,b,y\n1,2,3\n2,5\n3,4,7\n4,5,9\n', 'the table, line 3: the row has 2 cells'],
    ['name,y\nMars,1\nMoon,2\nSun,3\nIo,4\n', 'column "name" holds text, not numbers. Untick it below the table.'],
  ])('a damaged table gets a sentence with line and column: %j', async (text, sentence) => {
    const page = await open('?from=table');
    const ground = page.locator('#lesson-playground');
    await ground.getByRole('textbox').fill(text);
    await ground.getByRole('group', { name: 'from these columns' }).waitFor();
    await train(page);
    const alert = ground.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toContain(sentence);
    await page.close();
  });

  test('a table comes from a file; one that is no table, or too large, gets a sentence', async () => {
    const page = await open('?from=table');
    const ground = page.locator('#lesson-playground');
    const choose = (name: string, buffer: Buffer) =>
      ground.getByLabel(/or a file/).setInputFiles({ name, mimeType: 'text/csv', buffer });
    await choose('rows.csv', Buffer.from('a,b,y\n1,2,3\n2,3,5\n3,4,7\n4,5,9\n'));
    await ground.getByRole('group', { name: 'from these columns' }).waitFor();
    expect(await ground.getByRole('textbox').inputValue()).toContain('3,4,7');
    await choose('twice.csv', Buffer.from('a,a\n1,2\n'));
    await ground.getByRole('alert').filter({ hasText: 'the table, line 1' }).waitFor();
    await choose('huge.csv', Buffer.alloc(9_000_000, '1'));
    const alert = ground.getByRole('alert').filter({ hasText: 'huge.csv was not read: it has 9 MB' });
    await alert.waitFor();
    expect(await alert.count()).toBe(1);
    await page.close();
  });

  test('a hostile table is text, never markup', async () => {
    const page = await open('?from=table');
    const ground = page.locator('#lesson-playground');
    const hostile = '<img src=x onerror=document.title=1>';
    await ground.getByRole('textbox').fill(`${hostile},y\n1,2\n2,4\n3,6\n4,8\n5,10\n`);
    await ground.getByRole('checkbox', { name: hostile }).waitFor();
    await train(page);
    await outcome(page, /rule/);
    expect(await page.locator('main img[src]').count()).toBe(0);
    expect(await page.title()).toContain('Learn');
    await page.close();
  });

  test('a stopped training ends its worker and keeps what was seen', async () => {
    const page = await open('?members=100&steps=20000');
    await train(page);
    await page.locator('.watch').waitFor();
    expect(page.workers()).toHaveLength(1);
    const gone = page.workers()[0]!.waitForEvent('close');
    await page.locator('#lesson-playground').getByRole('button', { name: 'Stop' }).click();
    await gone;
    expect(await outcome(page, /Stopped/)).toContain('how far they came');
    expect(page.workers()).toHaveLength(0);
    await page.close();
  });
});

test('a damaged link gets a sentence, and the rest of it holds', async () => {
  const page = await open('?model=magic&f=a%2Bb&members=1e9');
  const alerts = page.getByRole('alert');
  await alerts.first().waitFor();
  expect(await alerts.allTextContents()).toEqual([
    expect.stringContaining('The link is damaged: model'),
    expect.stringContaining('The link is damaged: members: it must be 100 or less.'),
  ]);
  expect(await page.getByRole('radio', { name: 'a + b' }).isChecked()).toBe(true);
  await page.close();
});
