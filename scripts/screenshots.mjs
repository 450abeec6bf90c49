/// <reference lib="dom" />
/**
 * Takes the README's pictures of the dashboard from the dashboard itself: `npm run screenshots`. It shows what is committed or
 * comes from a seed, and leaves a picture alone that looks as before.
 */
import './lib/require-node.mjs';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './lib/project.mjs';
import { openSite } from './lib/site.mjs';

const folder = join(root, 'docs/screenshots');
const speedRun = join(root, 'docs/benchmarks/bench.json');

/** @typedef {import('playwright').Page} Page */

/**
 * What a picture shows.
 *
 * @typedef {object} Shot
 * @property {string} name of the file
 * @property {string} hash the link
 * @property {'light' | 'dark'} colours
 * @property {number} [width]
 * @property {number} [height] at most
 * @property {(page: Page) => Promise<import('playwright').Locator>} show what is done on the page, and the part that is shown
 */

/** @type {readonly Shot[]} */
const shots = [
  {
    name: 'compare-scaling',
    hash: '#/compare?show=scaling',
    colours: 'light',
    show: async (page) => {
      await page.getByLabel(/^Import a file/).setInputFiles(speedRun);
      return page.getByRole('figure', { name: /by seeds at once/ });
    },
  },
  {
    name: 'compare-times',
    hash: '#/compare',
    colours: 'dark',
    width: 1100,
    show: async (page) => {
      await page.getByLabel(/^Import a file/).setInputFiles(speedRun);
      return page
        .locator('section', { has: page.getByRole('heading', { name: /batch 128, one Adam step, batch resident/ }) })
        .last();
    },
  },
  {
    name: 'learn',
    hash: '#/learn?at=playground&members=16&steps=4000&seed=1',
    colours: 'light',
    height: 795,
    show: async (page) => {
      const ground = page.locator('#lesson-playground');
      await ground.getByRole('button', { name: 'Train' }).click();
      await ground.getByText(/has (not )?learned the rule/).waitFor();
      // How long it took differs every time.
      await ground.locator('.outcome .muted').evaluate((element) => element.remove());
      return ground.locator('.panel');
    },
  },
  {
    name: 'conformance',
    hash: '#/conformance',
    colours: 'dark',
    height: 460,
    show: async (page) => page.getByRole('grid'),
  },
];

/** The share of pixels that may differ by more than a shade: letters are drawn a little differently on every machine. */
const SAME = 0.002;

/**
 * How much of two pictures differs; 1 where their sizes do.
 *
 * @param {Page} page
 * @param {Buffer} before
 * @param {Buffer} after
 * @returns {Promise<number>}
 */
const difference = (page, before, after) =>
  page.evaluate(
    async (pictures) => {
      const [a, b] = await Promise.all(
        pictures.map(async (picture) => {
          const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${picture}`)).blob());
          const context = /** @type {OffscreenCanvasRenderingContext2D} */ (
            new OffscreenCanvas(image.width, image.height).getContext('2d')
          );
          context.drawImage(image, 0, 0);
          return context.getImageData(0, 0, image.width, image.height);
        }),
      );
      if (a === undefined || b === undefined || a.width !== b.width || a.height !== b.height) return 1;
      let differing = 0;
      for (let i = 0; i < a.data.length; i += 4)
        if ([0, 1, 2].some((channel) => Math.abs((a.data[i + channel] ?? 0) - (b.data[i + channel] ?? 0)) > 24)) differing++;
      return (4 * differing) / a.data.length;
    },
    [before, after].map((picture) => picture.toString('base64')),
  );

const { browser, url, close } = await openSite();
mkdirSync(folder, { recursive: true });
for (const { name, hash, colours, width = 1000, height = 700, show } of shots) {
  const page = await browser.newPage({ colorScheme: colours, viewport: { width, height }, reducedMotion: 'reduce' });
  await page.goto(`${url}${hash}`);
  const part = await show(page);
  await part.waitFor();
  // Long views are drawn part after part.
  await page.locator('main[aria-busy="false"]').waitFor();
  await part.scrollIntoViewIfNeeded();
  const box = await part.boundingBox();
  if (box === null) throw new Error(`${name}: there is nothing to see.`);
  const scrolled = await page.evaluate(() => scrollY);
  const margin = 12;
  const picture = await page.screenshot({
    animations: 'disabled',
    fullPage: true,
    clip: {
      x: Math.max(box.x - margin, 0),
      y: Math.max(box.y + scrolled - margin, 0),
      width: Math.min(box.width + 2 * margin, width),
      height: Math.min(box.height + 2 * margin, height),
    },
  });
  const file = join(folder, `${name}.png`);
  const isSame = existsSync(file) && (await difference(page, readFileSync(file), picture)) <= SAME;
  if (!isSame) writeFileSync(file, picture);
  console.log(`${name}.png: ${isSame ? 'looks as before' : `${(picture.length / 1000).toFixed(0)} kB`}`);
  await page.close();
}
await close();
