import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { compareWithPublished, coverageOf, experiments, type Report } from '@nalu/experiments/reproduce';
import { describe, expect, test } from 'vitest';
import { figure } from '../src/output/figure.ts';
import { readPlain } from '../src/output/json.ts';
import { markdownPage, type Provenance } from '../src/output/reproduce-markdown.ts';

const docs = new URL('../../../docs/', import.meta.url);
const results = new URL('results/', docs);
const overview = readFileSync(new URL('experiments.md', docs), 'utf8');

const text = (folder: string, file: string): string => readFileSync(new URL(`${folder}/${file}`, results), 'utf8');

/** A folder is named after its experiment; what stands behind two hyphens tells several of one experiment apart. */
const committed = readdirSync(results).map((folder) => ({ folder, name: folder.split('--')[0]! }));

describe.each(committed)('docs/results/$folder', ({ folder, name }) => {
  const document = readPlain<Report & Provenance>(text(folder, `${name}.json`));
  const { protocol, deviations, cells } = experiments.find((experiment) => experiment.name === name)!;

  test('its page and its figure are those of its JSON', async () => {
    expect(text(folder, `${name}.md`)).toBe(markdownPage(document, document, [...protocol, ...deviations], `${name}.svg`));
    expect(text(folder, `${name}.svg`)).toBe(await figure(document));
  });

  test('is finished, says what made it, and has rows of the experiment as it is', () => {
    expect(document.missing).toBe(0);
    expect(document.command).toContain(`reproduce ${name} `);
    expect(document.commits.length).toBeGreaterThan(0);
    const known = new Set(cells().map(({ module, operation, range, setting }) => [module, operation, range, setting].join()));
    for (const row of document.rows.filter(({ range }) => !range.startsWith('all ')))
      expect(known).toContain([row.module, row.operation, row.range, row.setting].join());
  });

  test('its title says which cells it is about', () => {
    const shown = new Set(
      document.rows.map(({ module, operation, range, setting }) => [module, operation, range, setting].join()),
    );
    const covered = cells().filter(({ module, operation, range, setting }) =>
      shown.has([module, operation, range, setting].join()),
    );
    expect(document.covers).toBe(coverageOf(cells(), covered));
    expect(text(folder, `${name}.md`).split('\n')[0]).toContain(document.covers);
  });

  test('no two rows of its table have the same name', () => {
    const rows = text(folder, `${name}.md`)
      .split('\n')
      .filter((row) => row.startsWith('| '))
      .map((row) => row.split(' | '));
    const labels = rows[1]!.findIndex((each) => each.startsWith('---:'));
    const names = rows.slice(2).map((row) => row.slice(0, labels).join(' | '));
    expect(new Set(names).size).toBe(names.length);
  });

  test('its rates are successes by runs', () => {
    for (const { successes, successRate, runs, interval } of document.rows)
      if (successes !== null) {
        expect(successRate).toBe(successes / runs);
        expect(interval![0]).toBeLessThanOrEqual(successRate!);
        expect(interval![1]).toBeGreaterThanOrEqual(successRate!);
      }
  });

  test('rates that are certain are compared, and every one that differs is explained', () => {
    const stated = document.rows.map((row) => ({ ...row, fisherP: null, differs: null }));
    expect(document.rows).toEqual(document.shortened === '' ? compareWithPublished(stated) : stated);
    for (const { differs, explanation } of document.rows) if (differs) expect(explanation).toBeTruthy();
  });

  test('is listed with its commit', () => {
    const line = overview.split('\n').find((each) => each.includes(`(results/${folder}/${name}.md)`));
    expect(line).toBeDefined();
    for (const commit of document.commits) expect(line).toContain(commit.slice(0, 10));
  });
});

test('every listed result is there', () => {
  const links = [...overview.matchAll(/\((results\/[^)]+)\)/g)];
  expect(links.length).toBeGreaterThan(0);
  expect(links.filter(([, link]) => !existsSync(new URL(link!, docs)))).toEqual([]);
});
