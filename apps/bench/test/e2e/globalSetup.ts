import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { build, preview, type PreviewServer } from 'vite';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the built site is served. */
    readonly siteUrl: string;
  }
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Of its own: whoever runs the tests at the same time has another one. */
const outDir = await mkdtemp(join(tmpdir(), 'nalu-site-'));
let server: PreviewServer | undefined;

/** Builds the site and serves it, once for all files. */
export const setup = async ({ provide }: TestProject): Promise<void> => {
  await build({ root, logLevel: 'error', build: { outDir, emptyOutDir: true } });
  server = await preview({ root, logLevel: 'error', build: { outDir }, preview: { host: 'localhost', port: 0 } });
  provide('siteUrl', server.resolvedUrls!.local[0]!);
};

export const teardown = async (): Promise<void> => {
  await server?.close();
  await rm(outDir, { recursive: true, force: true });
};
