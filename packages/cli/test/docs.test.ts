import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'node:util';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { build, compile } from './nalu.ts';

/** Inside the package, so that `@nalu/…` resolves as it does for a user. */
const folder = new URL('../.cache/docs/', import.meta.url);
const root = new URL('../../../', import.meta.url);

const pagesIn = (path: string): readonly string[] =>
  readdirSync(new URL(path, root))
    .filter((name) => name.endsWith('.md'))
    .map((name) => path + name);

const packagePages = readdirSync(new URL('./packages/', root)).flatMap((name) => pagesIn(`./packages/${name}/`));

const pages = [...pagesIn('./'), ...pagesIn('./docs/'), ...packagePages];

const BLOCK = /^```ts\n(?<code>.*?)^```$/gms;
/** `console.log(x); // → what it prints` */
const PRINTED = /\/\/ → (?<text>.*)$/gm;

/** A block that begins with a file's name is that file, for the blocks after it on the page. */
const FILE = /^\/\/ (?<path>[\w./-]+\.ts)\n/;

interface Block {
  readonly name: string;
  readonly code: string;
  /** Where it is written, so that blocks of one page can import its files. */
  readonly file: URL;
}

const blocks: readonly Block[] = pages.flatMap((page) => {
  const text = readFileSync(new URL(page, root), 'utf8');
  const pageFolder = new URL(`${page.replaceAll(/\W+/g, '-')}/`, folder);
  return [...text.matchAll(BLOCK)].map(({ groups, index }) => {
    const line = text.slice(0, index).split('\n').length;
    const code = groups!['code']!;
    return { name: `${page}:${line}`, code, file: new URL(FILE.exec(code)?.groups!['path'] ?? `line-${line}.ts`, pageFolder) };
  });
});

const write = (file: URL, text: string): void => {
  mkdirSync(dirname(fileURLToPath(file)), { recursive: true });
  writeFileSync(file, text);
};

describe('code in the documentation', () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is found', () => {
    expect(blocks.length).toBeGreaterThan(0);
  });

  it.each(blocks)('runs and prints what it says: $name', async ({ code, file }) => {
    write(file, code);
    const printed: string[] = [];
    const log = vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => void printed.push(format(...values)));
    try {
      await import(/* @vite-ignore */ file.pathname);
    } finally {
      log.mockRestore();
    }
    const promised = [...code.matchAll(PRINTED)].map(({ groups }) => groups!['text']!.trim());
    expect(printed).toEqual(promised);
  });

  it('has the types that it claims', () => {
    build();
    const { references } = JSON.parse(readFileSync(new URL('../tsconfig.test.json', import.meta.url), 'utf8')) as {
      references: readonly { path: string }[];
    };
    blocks.forEach(({ file, code }) => write(file, code));
    const config = new URL('tsconfig.json', folder);
    const settings = {
      extends: '../../tsconfig.test.json',
      compilerOptions: { composite: false, incremental: false, declaration: false, declarationMap: false, tsBuildInfoFile: null },
      include: ['.'],
      references: references.map(({ path }) => ({ path: `../../${path}` })),
    };
    write(config, JSON.stringify(settings));
    expect(() => compile('-p', fileURLToPath(config))).not.toThrow();
  });
});
