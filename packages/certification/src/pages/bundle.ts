import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const folderOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Bundles the page, as an application would, into a folder of this name, which is returned. */
export const bundlePage = async (name: string): Promise<string> => {
  const outDir = folderOf(`.cache/pages/${name}`);
  await build({
    configFile: false,
    root: folderOf('page'),
    logLevel: 'error',
    mode: 'production',
    resolve: { conditions: ['@nalu/source', 'module', 'browser', 'development|production'] },
    build: { outDir, emptyOutDir: true, target: 'es2022', minify: false, assetsInlineLimit: 0, chunkSizeWarningLimit: 10_000 },
  });
  return outDir;
};
