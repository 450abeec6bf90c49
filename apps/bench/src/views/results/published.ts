import type { Experiment } from '@nalu/experiments/reproduce';
import type { Certainty } from './document.ts';
import type { Labelled } from './panels.ts';

/** A published figure. */
export interface PublishedRow extends Labelled {
  readonly published: number;
  readonly certainty: Certainty;
  /** A share of runs that succeed, from 0 to 1; otherwise a score. */
  readonly isRate: boolean;
}

const keyOf = ({ module, operation, range, setting, test }: Labelled): string =>
  [module, operation, range, setting, test].join('\n');

/** What is published of an experiment's cells and has no row among these. */
export const publishedOnly = ({ cells, reference }: Experiment, rows: readonly Labelled[]): readonly PublishedRow[] => {
  const ours = new Set(rows.map(keyOf));
  return cells()
    .flatMap(({ module, operation, range, setting, tests, criteria, published }): readonly PublishedRow[] => {
      const labels = { module, operation, range, setting };
      const [criterion] = criteria;
      if (criterion !== undefined)
        return published === undefined
          ? []
          : [{ ...labels, test: criterion.test, published: published.value, certainty: published.certainty, isRate: true }];
      return tests.flatMap((test) =>
        test.published === undefined
          ? []
          : [
              {
                ...labels,
                test: test.name,
                published: test.published.value,
                certainty: test.published.certainty,
                isRate: reference !== undefined,
              },
            ],
      );
    })
    .filter((row) => !ours.has(keyOf(row)));
};
