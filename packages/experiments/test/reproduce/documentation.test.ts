import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { experiments } from '../../src/reproduce/experiments.ts';
import { certainties } from '../../src/reproduce/published.ts';

const page = readFileSync(new URL('../../../../docs/experiments.md', import.meta.url), 'utf8');

const escaped = (text: string): string => text.replaceAll('|', '\\|').replaceAll('*', '\\*');

describe('docs/experiments.md', () => {
  test.each(experiments)('says of $name what its data say', ({ name, title, paper, criterion, protocol, deviations }) => {
    expect(page).toContain(`## ${name}: ${title}`);
    for (const sentence of [paper, criterion, ...protocol, ...deviations]) expect(page).toContain(escaped(sentence));
    expect(page).toContain(`reproduce ${name} --quick`);
  });

  test.each(experiments)('counts the cells of $name', ({ name, cells }) => {
    const section = page.slice(page.indexOf(`## ${name}: `));
    expect(/^(\d+) cells, /m.exec(section)![1]).toBe(String(cells().length));
  });

  test('explains every certainty', () => {
    for (const [name, meaning] of Object.entries(certainties))
      expect(page).toMatch(new RegExp(`\\| ${name} \\|.*\\| ${meaning} \\|`));
  });
});
