import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Workspace packages are read from their TypeScript sources; the other conditions are Vite's own for Node. */
const conditions = ['@nalu/source', 'module', 'node', 'development|production'];

const packages = readdirSync(new URL('packages/', import.meta.url)).filter((name) =>
  existsSync(new URL(`packages/${name}/package.json`, import.meta.url)),
);

export default defineConfig({
  test: {
    // Vitest leaves one core free, which on two cores halves its speed.
    maxWorkers: '100%',
    projects: packages.map((name) => ({
      ssr: { resolve: { conditions } },
      test: {
        name,
        root: fileURLToPath(new URL(`packages/${name}`, import.meta.url)),
        include: ['test/**/*.test.ts'],
        // Only there to end a test that hangs: how fast a machine is decides no test.
        testTimeout: 120_000,
        hookTimeout: 120_000,
      },
    })),
  },
});
