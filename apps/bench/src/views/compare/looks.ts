import { baselines, columnNames } from '../../backends/columns.ts';
import { lookAt, type Look } from '../../charts/look.ts';

const placeOf = (name: string): number => {
  const place = columnNames.findIndex((each) => each === name);
  return place === -1 ? columnNames.length : place;
};

/** The looks of these columns: the same in every chart of them. Those without Nalu are dashed. */
export const looksOf = (columns: readonly string[]): ReadonlyMap<string, Look> =>
  new Map(
    [...new Set(columns)]
      .sort((a, b) => placeOf(a) - placeOf(b))
      .map((name, i) => [
        name,
        lookAt(
          i,
          baselines.some((each) => each.name === name),
        ),
      ]),
  );
