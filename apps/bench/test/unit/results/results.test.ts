import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readDocument, type ResultDocument } from '../../../src/views/results/document.ts';
import { experiments } from '@nalu/experiments/reproduce';
import { panelsOf } from '../../../src/views/results/panels.ts';
import { publishedOnly } from '../../../src/views/results/published.ts';
import { scoreAxis } from '../../../src/views/results/Track.tsx';

const folder = new URL('../../../../../docs/results/', import.meta.url);
const documents: readonly (readonly [string, ResultDocument])[] = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.json'))
  .map((name) => [name, readDocument(JSON.parse(readFileSync(new URL(name, folder), 'utf8')))]);

describe.each(documents)('%s', (_, { rows }) => {
  test('every row has its place in one panel, and no other row has it', () => {
    const panels = panelsOf(rows);
    expect(panels.flatMap((panel) => panel.rows)).toHaveLength(rows.length);
    for (const panel of panels) {
      const found = panel.modules.flatMap((module) => panel.tasks.flatMap((task) => panel.rowOf(module, task) ?? []));
      expect(new Set(found).size).toBe(panel.rows.length);
    }
  });
});

test('there are results', () => expect(documents.length).toBeGreaterThan(0));

test('numbers that JSON does not know are read, and other files are refused', () => {
  const [, document] = documents[0]!;
  const [row] = document.rows;
  expect(readDocument({ ...document, rows: [{ ...row, score: 'Infinity' }] }).rows[0]!.score).toBe(Infinity);
  expect(() => readDocument({ ...document, rows: [{ ...row, score: 'a lot' }] })).toThrow(/Invalid/);
  expect(() => readDocument({ ...document, command: undefined })).toThrow(/Invalid/);
});

test('scores lie on a logarithmic axis, whatever they are', () => {
  const { place, ticks } = scoreAxis([1e-4, 1e4, 0, Infinity]);
  expect([1e-4, 1, 1e4, 0, Infinity, NaN].map(place)).toEqual([0, 0.5, 1, 0, 1, 1]);
  expect(ticks).toEqual([
    { at: 0, label: '10⁻⁴' },
    { at: 1, label: '10⁴' },
  ]);
  expect(scoreAxis([0, Infinity]).ticks.every(({ at }) => Number.isFinite(at))).toBe(true);
});

test('published figures without ours: all of an experiment without results, none of one that is complete', () => {
  const adt = experiments.find(({ name }) => name === 'adt')!;
  const all = publishedOnly(adt, []);
  expect(all.length).toBeGreaterThan(100);
  expect(all.every(({ published, isRate }) => isRate && published >= 0 && published <= 1)).toBe(true);
  const [first, ...others] = all;
  expect(publishedOnly(adt, [first!])).toEqual(others);

  const [, { rows }] = documents.find(([name]) => name.endsWith('inalu.json'))!;
  expect(
    publishedOnly(
      experiments.find(({ name }) => name === 'inalu')!,
      rows,
    ),
  ).toEqual([]);
});
