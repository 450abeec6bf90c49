import { beforeAll, describe, expect, it } from 'vitest';
import { bundlePage } from '../../src/pages/bundle.ts';
import { pagePlaces } from '../../src/pages/places.ts';
import { visit, type PageResult } from '../../src/pages/visit.ts';
import type { Features } from '../../src/run/features.ts';
import { complaintsAbout, expectationOf } from '../../src/run/judge.ts';
import type { Feature, Place, Row } from '../../src/table/row.ts';
import { table, titleOf } from '../../src/table/table.ts';
import { note } from '../note.ts';

/** Only there to end a page that hangs: how long it may say nothing, and how long a row may take. */
const [PATIENCE, LIMIT] = [300_000, 900_000];

interface Options {
  /** Without it, a browser that is missing or does not start is no failure. */
  readonly required: boolean;
  /** What must be on in the page, and what must be off. */
  readonly features: Partial<Omit<Features, 'devices'>>;
  /** What must be able to compute there. */
  readonly devices: readonly Feature[];
  /** Which rows of the place. Default: all. */
  readonly rows?: (row: Row) => boolean;
}

/** Registers the rows of a place as tests, each of which runs the suite in a page of its own. */
export const certifyPages = (
  place: Exclude<Place, 'node'>,
  { required, features, devices, rows = () => true }: Options,
): void => {
  const { browser, headers } = pagePlaces[place];
  describe(`in ${place}`, () => {
    let folder = '';
    /** What the page said that was only asked what is on, or why there was none. */
    let first: PageResult | string = `${browser.name} n/a: not on this machine. ${browser.remedy}`;

    const open = (query: string): Promise<PageResult> => visit({ browser, headers, folder, query, patience: PATIENCE });

    beforeAll(async () => {
      if (browser.find() === undefined && !required) return;
      folder = await bundlePage(place);
      try {
        first = await open('');
      } catch (error) {
        if (required) throw error;
        first = `${browser.name} n/a: it does not open a page. ${String(error)}`;
      }
    });

    it(`${browser.name} opens a page`, (context) => {
      note(context, typeof first === 'string' ? first : first.features.browser);
      if (typeof first === 'string') return context.skip(first);
      expect(first.features).toMatchObject(features);
      for (const device of devices) expect(first.features.devices[device]).not.toBeNull();
    });

    for (const row of table.filter((each) => each.place === place && rows(each))) {
      const { expected } = row;
      const tier = expected.outcome === 'runs' ? expected.tier : 'smoke';
      it(
        `${titleOf(row)}: ${expected.outcome}${expected.outcome === 'runs' ? ` and passes ${tier}` : ''}`,
        async ({ skip }) => {
          if (typeof first === 'string') return skip(first);
          const { outcome } = await open(`row=${row.id}&tier=${tier}`);
          expect(complaintsAbout(expectationOf(row, first.features.devices), outcome!)).toEqual([]);
        },
        LIMIT,
      );
    }
  });
};
