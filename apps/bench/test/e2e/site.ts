import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright';
import { build, preview, type PreviewServer } from 'vite';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The built site, served, and a browser to look at it. */
export interface Site {
  readonly url: string;
  readonly browser: Browser;
  /** Opens a view in a page of its own: `#/learn`. What breaks in the page breaks the test that opened it. */
  readonly open: (hash: string, options?: Parameters<Browser['newPage']>[0]) => Promise<Page>;
  readonly close: () => Promise<void>;
}

const addressOf = ({ resolvedUrls }: PreviewServer): string => resolvedUrls!.local[0]!;

/** Chromium; WebGPU is off on many machines unless it is asked for. */
export const launchChromium = (webgpu: boolean): Promise<Browser> =>
  chromium.launch({
    ...(process.env['CHROME_PATH'] === undefined ? {} : { executablePath: process.env['CHROME_PATH'] }),
    args: webgpu ? ['--enable-unsafe-webgpu'] : ['--disable-features=WebGPU,WebGPUService'],
  });

/** Builds the site into a folder of this name and opens a browser. Its GPU is imitated in software where there is none. */
export const openSite = async (name: string): Promise<Site> => {
  const outDir = `.cache/e2e/${name}`;
  await build({ root, logLevel: 'error', build: { outDir, emptyOutDir: true } });
  const server = await preview({ root, logLevel: 'error', build: { outDir }, preview: { host: 'localhost', port: 0 } });
  const browser = await launchChromium(true);
  const url = addressOf(server);
  return {
    url,
    browser,
    open: async (hash, options) => {
      const page = await browser.newPage(options);
      page.setDefaultTimeout(60_000);
      page.on('pageerror', (error) => {
        throw error;
      });
      await page.goto(`${url}${hash}`);
      return page;
    },
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
};
