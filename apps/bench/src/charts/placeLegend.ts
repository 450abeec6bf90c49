/** Where the names of a legend stand: below one another where a row is full. */
export interface LegendPlaces {
  readonly places: readonly { readonly x: number; readonly row: number }[];
  readonly rows: number;
}

/** Pixels of a letter, of the sign before a name, and between two names. Measuring text would take a drawn one. */
const LETTER = 6.6;
const SIGN = 26;
const GAP = 14;

export const placeLegend = (names: readonly string[], width: number): LegendPlaces => {
  let [x, row] = [0, 0];
  const places = names.map((name) => {
    const size = SIGN + LETTER * name.length;
    if (x > 0 && x + size > width) [x, row] = [0, row + 1];
    const place = { x, row };
    x += size + GAP;
    return place;
  });
  return { places, rows: names.length === 0 ? 0 : row + 1 };
};

/** Of a row. */
export const ROW_HEIGHT = 20;

/** Where a name begins behind its sign. */
export const NAME_AT = SIGN;
