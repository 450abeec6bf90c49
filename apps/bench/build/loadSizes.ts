import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { build, type Plugin, type Rolldown } from 'vite';
import type { LoadSizes } from '../src/backends/loadSizes.ts';

const module = 'virtual:load-sizes';

const core = '@nalu/core';

/** What is measured: packages, and files that they fetch besides their code. */
const packages: { readonly [name: string]: readonly string[] } = {
  '@nalu/backend-js': [],
  '@nalu/backend-tfjs-wasm': ['@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm'],
  '@nalu/backend-tfjs-webgpu': [],
  '@nalu/backend-gpujs': [],
};

const compressed = (content: string | Uint8Array): number => gzipSync(content, { level: 9 }).length;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** An application of this one line, as a bundler makes it. */
const bundle = async (root: string, line: string): Promise<readonly Rolldown.OutputChunk[]> => {
  const entry = '\0application';
  const output = (await build({
    root,
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['@nalu/source', 'module', 'browser', 'production'] },
    plugins: [
      {
        name: 'application',
        resolveId: (id) => (id === entry ? entry : null),
        load: (id) => (id === entry ? line : null),
      },
    ],
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      reportCompressedSize: false,
      rolldownOptions: { input: entry, preserveEntrySignatures: 'strict' },
    },
  })) as Rolldown.RolldownOutput;
  return output.output.filter((file) => file.type === 'chunk');
};

interface Bytes {
  /** Of what is loaded with the application's own code. */
  readonly eager: number;
  /** Of what it loads by `import()`. */
  readonly lazy: number;
}

const bytesOf = (chunks: readonly Rolldown.OutputChunk[]): Bytes => {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const eager = new Set<string>();
  const visit = (name: string): void => {
    if (eager.has(name)) return;
    eager.add(name);
    byName.get(name)?.imports.forEach(visit);
  };
  chunks.filter(({ isEntry }) => isEntry).forEach(({ fileName }) => visit(fileName));
  const total = (wanted: boolean): number =>
    sum(chunks.filter(({ fileName }) => eager.has(fileName) === wanted).map(({ code }) => compressed(code)));
  return { eager: total(true), lazy: total(false) };
};

/**
 * `virtual:load-sizes`: what each backend adds to an application that has Nalu's core, measured by bundling both. Bytes after
 * gzip -9.
 */
export const loadSizes = (): Plugin => {
  let root = '';
  const measure = async (): Promise<LoadSizes> => {
    const require = createRequire(`${root}/package.json`);
    const alone = bytesOf(await bundle(root, `export * from '${core}';`)).eager;
    const added: [string, LoadSizes['packages'][string]][] = [];
    for (const [name, files] of Object.entries(packages)) {
      const chunks = await bundle(root, `export * from '${core}'; export { createBackend } from '${name}';`);
      const { eager, lazy } = bytesOf(chunks);
      const fetched = await Promise.all(files.map(async (file) => compressed(await readFile(require.resolve(file)))));
      added.push([name, { code: eager - alone, lazy, files: sum(fetched) }]);
    }
    return { core: alone, packages: Object.fromEntries(added) };
  };
  return {
    name: 'nalu-load-sizes',
    configResolved: (config) => {
      root = config.root;
    },
    resolveId: (id) => (id === module ? `\0${module}` : null),
    load: async (id) => (id === `\0${module}` ? `export default ${JSON.stringify(await measure())};` : null),
  };
};
