import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { format } from 'node:util';
import { afterAll, describe, expect, it, vi } from 'vitest';

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

interface Block {
  readonly name: string;
  readonly code: string;
}

const blocks: readonly Block[] = pages.flatMap((page) => {
  const text = readFileSync(new URL(page, root), 'utf8');
  return [...text.matchAll(BLOCK)].map(({ groups, index }) => ({
    name: `${page}:${text.slice(0, index).split('\n').length}`,
    code: groups!['code']!,
  }));
});

describe('code in the documentation', () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is found', () => {
    expect(blocks.length).toBeGreaterThan(0);
  });

  it.each(blocks)('runs and prints what it says: $name', async ({ name, code }) => {
    mkdirSync(folder, { recursive: true });
    const file = new URL(`${name.replaceAll(/\W+/g, '-')}.ts`, folder);
    writeFileSync(file, code);
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
});
