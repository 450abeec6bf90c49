import { pagePlaces } from '../pages/places.ts';
import { visit } from '../pages/visit.ts';
import type { Place } from '../table/row.ts';
import type { Runner } from './runner.ts';

/** Large arrays on a GPU that is imitated in software take their time. */
const PATIENCE = 300_000;

/** Runs a row in a page that was bundled into `folder`. */
export const runInPage =
  (place: Exclude<Place, 'node'>, folder: string): Runner =>
  async (row, { tier, soakSteps, ...listeners }) => {
    const { outcome, features } = await visit({
      ...pagePlaces[place],
      ...listeners,
      folder,
      query: `row=${row.id}&tier=${tier}&soak=${soakSteps}`,
      patience: PATIENCE,
    });
    return { outcome: outcome!, features };
  };
