import type { Browser } from '../browsers/browser.ts';
import { chromium } from '../browsers/chromium.ts';
import { firefox } from '../browsers/firefox.ts';
import { webkit } from '../browsers/webkit.ts';
import type { Place } from '../table/row.ts';

/** A browser, and the headers that its page is served with. */
interface PagePlace {
  readonly browser: Browser;
  readonly headers: { readonly [name: string]: string };
}

const isolated = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

const policy = { 'Content-Security-Policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'" };

/** All places that are pages. */
export const pagePlaces: { readonly [P in Exclude<Place, 'node'>]: PagePlace } = {
  chromium: { browser: chromium, headers: isolated },
  'chromium-policy': { browser: chromium, headers: policy },
  firefox: { browser: firefox, headers: isolated },
  webkit: { browser: webkit, headers: isolated },
};
