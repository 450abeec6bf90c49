import { chromium, type Browser, type Page } from 'playwright';
import { inject } from 'vitest';

/** The built site, and a browser to look at it. */
export interface Site {
  readonly url: string;
  readonly browser: Browser;
  /** Opens a view in a page of its own: `#/learn`. What breaks in the page breaks the test that opened it. */
  readonly open: (hash: string, options?: Parameters<Browser['newPage']>[0]) => Promise<Page>;
  readonly close: () => Promise<void>;
}

/** Chromium; WebGPU is off on many machines unless it is asked for. Its GPU is imitated in software where there is none. */
const launchChromium = (webgpu: boolean): Promise<Browser> =>
  chromium.launch({
    ...(process.env['CHROME_PATH'] === undefined ? {} : { executablePath: process.env['CHROME_PATH'] }),
    args: webgpu ? ['--enable-unsafe-webgpu'] : ['--disable-features=WebGPU,WebGPUService'],
  });

/** The site that `globalSetup.ts` built and serves, in a browser of its own. */
export const openSite = async ({ webgpu = true }: { readonly webgpu?: boolean } = {}): Promise<Site> => {
  const url = inject('siteUrl');
  const browser = await launchChromium(webgpu);
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
    close: () => browser.close(),
  };
};
