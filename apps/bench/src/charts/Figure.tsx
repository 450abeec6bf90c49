import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { TableScroll } from '../design/TableScroll.tsx';
import { imageOf } from './image.ts';
import { ImageButtons } from './ImageButtons.tsx';
import './figure.css';

interface FigureProps {
  readonly title: string;
  /** What belongs to it wherever it is shown: what was measured on what. */
  readonly notes: readonly string[];
  readonly chart: ComponentChildren;
  /** The same figures as rows: `<thead>` and `<tbody>`. */
  readonly table: ComponentChildren;
}

/** A chart with its title, its figures as a table, and as an image to take along. */
export const Figure = ({ title, notes, chart, table }: FigureProps) => {
  const drawing = useRef<HTMLDivElement>(null);
  return (
    <figure class="chart-figure stack" aria-label={title}>
      <figcaption class="row">
        <h3>{title}</h3>
        <ImageButtons title={title} image={() => imageOf(drawing.current!.querySelector('svg')!, { title, notes })} />
      </figcaption>
      <div ref={drawing}>{chart}</div>
      <details>
        <summary class="small">The figures as a table</summary>
        <TableScroll label={`${title}, as a table`}>
          <table>{table}</table>
        </TableScroll>
      </details>
    </figure>
  );
};
