import { readdirSync, existsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** Workspace packages are read from their TypeScript sources; the rest are Vite's own server conditions. */
const conditions = ['@nalu/source', 'module', 'node', 'development|production'];

const packages = readdirSync(new URL('packages/', import.meta.url)).filter((name) =>
  existsSync(new URL(`packages/${name}/package.json`, import.meta.url)),
);

export default defineConfig({
  test: {
    projects: packages.map((name) => ({
      resolve: { conditions },
      ssr: { resolve: { conditions, externalConditions: conditions } },
      test: {
        name,
        root: `packages/${name}`,
        include: ['test/**/*.test.ts'],
        environment: 'node',
        pool: 'forks',
      },
    })),
  },
});
