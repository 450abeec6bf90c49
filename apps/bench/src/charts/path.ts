type Point = readonly [x: number, y: number];

const round = (value: number): number => Math.round(value * 10) / 10;

/** A line through points, as an SVG path; it is broken where a point is no number. */
export const pathOf = (points: readonly Point[]): string => {
  let drawing = false;
  return points
    .flatMap(([x, y]) => {
      if (!Number.isFinite(x) || !Number.isFinite(y)) {
        drawing = false;
        return [];
      }
      const command = drawing ? 'L' : 'M';
      drawing = true;
      return [`${command}${round(x)} ${round(y)}`];
    })
    .join('');
};

/** Keeps a place on paper: what lies far outside is drawn just outside. */
export const within = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);
