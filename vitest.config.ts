import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { findChromium } from './scripts/lib/chromium.mjs';

/** Workspace packages are read from their TypeScript sources; the other conditions are Vite's own. */
const conditions = {
  node: ['@nalu/source', 'module', 'node', 'development|production'],
  browser: ['@nalu/source', 'module', 'browser', 'development|production'],
};

const packages = readdirSync(new URL('packages/', import.meta.url)).filter((name) =>
  existsSync(new URL(`packages/${name}/package.json`, import.meta.url)),
);

// Only there to end a test that hangs: how fast a machine is decides no test.
const timeouts = { testTimeout: 120_000, hookTimeout: 120_000 };

const inNode = (name: string): TestProjectConfiguration => ({
  ssr: { resolve: { conditions: conditions.node } },
  test: {
    name,
    root: fileURLToPath(new URL(`packages/${name}`, import.meta.url)),
    include: ['test/**/*.test.ts'],
    exclude: ['**/*.browser.test.ts'],
    ...timeouts,
  },
});

/** `*.browser.test.ts` of all packages, in a cross-origin isolated page of Chromium. */
const inChromium = (executablePath: string | undefined): TestProjectConfiguration => ({
  resolve: { conditions: conditions.browser },
  server: {
    headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
  },
  test: {
    name: 'chromium',
    include: ['packages/*/test/**/*.browser.test.ts'],
    ...timeouts,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({
        launchOptions: {
          ...(executablePath === undefined ? {} : { executablePath }),
          args: ['--enable-unsafe-webgpu', '--no-sandbox'],
        },
      }),
      instances: [{ browser: 'chromium' }],
    },
  },
});

export default defineConfig(async () => ({
  test: {
    // Vitest leaves one core free, which on two cores halves its speed.
    maxWorkers: '100%',
    projects: [...packages.map(inNode), inChromium(await findChromium())],
  },
}));
