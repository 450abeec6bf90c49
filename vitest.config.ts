import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { findChromium } from './scripts/lib/chromium.mjs';
import { vulkanEnvironment } from './scripts/lib/vulkan.mjs';

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

/**
 * @param folder from the root of the repository
 * @param globalSetup file in it that runs once for all tests.
 */
const inNode = (
  name: string,
  folder: string,
  include: string,
  exclude: readonly string[] = [],
  globalSetup?: string,
): TestProjectConfiguration => ({
  ssr: { resolve: { conditions: conditions.node } },
  test: {
    name,
    root: fileURLToPath(new URL(folder, import.meta.url)),
    include: [include],
    exclude: ['**/*.browser.test.ts', ...exclude],
    ...(globalSetup === undefined ? {} : { globalSetup: fileURLToPath(new URL(`${folder}/${globalSetup}`, import.meta.url)) }),
    ...timeouts,
  },
});

/** `*.browser.test.ts` of all packages, in a cross-origin isolated page of Chromium. */
const inChromium = (executablePath: string | undefined): TestProjectConfiguration => ({
  resolve: { conditions: conditions.browser },
  // Packages that are loaded only when a graph needs them. Found later than at the start, they would make the page reload.
  optimizeDeps: { entries: ['packages/*/test/**/*.browser.test.ts', 'packages/backend-tfjs-webgpu/src/tfjs/load.browser.ts'] },
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
          args: ['--enable-unsafe-webgpu'],
        },
      }),
      instances: [{ browser: 'chromium' }],
    },
  },
});

export default defineConfig(async () => {
  const chromium = await findChromium();
  if (chromium !== undefined) Object.assign(process.env, { CHROME_PATH: chromium }, vulkanEnvironment(chromium));
  return {
    test: {
      // Vitest leaves one core free, which on two cores halves its speed.
      maxWorkers: '100%',
      projects: [
        ...packages.map((name) => inNode(name, `packages/${name}`, 'test/**/*.test.ts', ['test/pages/**'])),
        inNode('bench', 'apps/bench', 'test/unit/**/*.test.ts'),
        // They run in Node, and open pages in browsers.
        inNode('pages', 'packages/certification', 'test/pages/*.test.ts'),
        inNode('bench-pages', 'apps/bench', 'test/e2e/*.test.ts', [], 'test/e2e/globalSetup.ts'),
        inChromium(chromium),
      ],
    },
  };
});
