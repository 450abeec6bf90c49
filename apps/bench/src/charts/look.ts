/** How a series is told apart: by colour, by the shape of its points, and by its line. */
export interface Look {
  /** 1 to 8: a colour of the design's tokens. */
  readonly colour: number;
  readonly shape: Shape;
  readonly dashed: boolean;
}

const COLOURS = 8;

/** Outlines around (0, 0), of about the same area. */
export const shapes = {
  disc: 'M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0Z',
  square: 'M-3.1 -3.1h6.2v6.2h-6.2Z',
  triangle: 'M0 -4.4L4.4 3.4H-4.4Z',
  diamond: 'M0 -4.6L4.6 0L0 4.6L-4.6 0Z',
  cross: 'M-4.2 -2.4L-2.4 -4.2L0 -1.8L2.4 -4.2L4.2 -2.4L1.8 0L4.2 2.4L2.4 4.2L0 1.8L-2.4 4.2L-4.2 2.4L-1.8 0Z',
} as const;

type Shape = keyof typeof shapes;

const names = Object.keys(shapes) as readonly Shape[];

/** The look of the series at this place of a list: forty differ. */
export const lookAt = (place: number, dashed = false): Look => ({
  colour: 1 + (place % COLOURS),
  shape: names[place % names.length]!,
  dashed,
});
