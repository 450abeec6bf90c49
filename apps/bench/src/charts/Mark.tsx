import { shapes, type Look } from './look.ts';

interface MarkProps {
  readonly look: Look;
  readonly x: number;
  readonly y: number;
  /** Shown when the pointer rests on it. */
  readonly title?: string;
}

/** A point of a series. */
export const Mark = ({ look, x, y, title }: MarkProps) => (
  <path class="mark" d={shapes[look.shape]} transform={`translate(${x.toFixed(1)} ${y.toFixed(1)})`}>
    {title !== undefined && <title>{title}</title>}
  </path>
);
