import { defineConfig } from 'vite';
import { certification } from './build/certification.ts';
import { loadSizes } from './build/loadSizes.ts';

/** The page is isolated where the server can set headers, which gives clocks their finest resolution. */
const isolated = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

export default defineConfig({
  // A static site that works from any folder of any server.
  base: './',
  resolve: { conditions: ['@nalu/source', 'module', 'browser', 'development|production'] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [loadSizes(), certification()],
  worker: { format: 'es' },
  server: { headers: isolated },
  preview: { headers: isolated },
  build: {
    target: 'es2022',
    // Lists what a first visit loads: a test adds its sizes up.
    manifest: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 10_000,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // What all views are made of is one file: a dozen small ones take a page longer to ask for than to read.
        codeSplitting: {
          groups: [
            {
              name: 'shared',
              test: /apps[\\/]bench[\\/]src[\\/](backends|charts|design|errors|links|lists|workers)[\\/]/,
              minShareCount: 2,
            },
          ],
        },
      },
    },
  },
});
