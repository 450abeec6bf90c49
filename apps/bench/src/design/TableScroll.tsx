import type { ComponentChildren } from 'preact';
import './table-scroll.css';

interface TableScrollProps {
  /** What the table shows, for screen readers. */
  readonly label: string;
  readonly children: ComponentChildren;
}

/** Lets a table that is wider than the screen scroll by itself, also with the keyboard. */
export const TableScroll = ({ label, children }: TableScrollProps) => (
  // A region that scrolls must be reachable with the keyboard.
  <div class="table-scroll" role="region" aria-label={label} tabIndex={0}>
    {children}
  </div>
);
