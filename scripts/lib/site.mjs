import { once } from 'node:events';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { createGzip } from 'node:zlib';
import { chromium } from 'playwright';
import { root } from './project.mjs';
import { setUp, setUpChromium, SetupError } from './setup.mjs';

/** The built dashboard. */
const folder = join(root, 'apps/bench/dist');

/** @type {{ readonly [ending: string]: string }} */
const types = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/** As static hosts do it: compressed, kept by browsers where the name has a hash, and isolated. */
const server = createServer((request, response) => {
  const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://site').pathname));
  const file = join(folder, path.endsWith('/') ? `${path}index.html` : path);
  if (!file.startsWith(folder) || !existsSync(file) || !statSync(file).isFile()) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    'Content-Type': types[extname(file)] ?? 'application/octet-stream',
    'Content-Encoding': 'gzip',
    'Cache-Control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
  });
  createReadStream(file).pipe(createGzip()).pipe(response);
});

/**
 * Builds the dashboard where it has changed, serves it, and opens a browser, for commands that look at it.
 *
 * @param {readonly string[]} [args] for the browser
 */
export const openSite = async (args = []) => {
  const say = (/** @type {string} */ message) => console.error(message);
  try {
    await setUp(say);
    const executablePath = await setUpChromium(say);
    const browser = await chromium.launch({ executablePath, args: ['--enable-unsafe-webgpu', ...args] });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    const close = async () => {
      await browser.close();
      server.close();
      server.closeAllConnections();
    };
    return { browser, url: `http://localhost:${port}/`, close };
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
};

/**
 * The views that an open page's navigation leads to: `compare`, …
 *
 * @param {import('playwright').Page} page
 * @returns {Promise<readonly string[]>}
 */
export const viewsOf = async (page) => {
  const links = await page.getByRole('navigation', { name: 'Views' }).getByRole('link').all();
  const hashes = await Promise.all(links.map((link) => link.getAttribute('href')));
  return hashes.flatMap((hash) => hash?.replace('#/', '') ?? []);
};
