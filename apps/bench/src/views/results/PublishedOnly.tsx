import { experiments } from '@nalu/experiments/reproduce';
import { useSignal } from '@preact/signals';
import type { ResultRow } from './document.ts';
import { PublishedText } from './Figure.tsx';
import { panelsOf } from './panels.ts';
import { PanelTable } from './PanelTable.tsx';
import { publishedOnly, type PublishedRow } from './published.ts';
import { rateAxis, scoreAxis, Track, type Axis } from './Track.tsx';

interface PublishedOnlyProps {
  readonly experiment: string;
  /** What there are results of. */
  readonly rows: readonly ResultRow[];
}

const axisOf = (rows: readonly PublishedRow[]): Axis =>
  rows.some(({ isRate }) => isRate) ? rateAxis : scoreAxis(rows.map(({ published }) => published));

const Tables = ({ found }: { readonly found: readonly PublishedRow[] }) => (
  <>
    {found.length === 0 && <p>Every published figure has one of ours beside it, or none is published.</p>}
    {panelsOf(found).map((panel) => {
      const axis = axisOf(panel.rows);
      return (
        <PanelTable
          key={panel.title}
          panel={panel}
          label="Published only"
          axis={axis}
          cell={({ published, certainty, isRate }) => (
            <>
              <Track ours={null} interval={null} published={published} certainty={certainty} axis={axis} />
              <PublishedText value={published} certainty={certainty} isRate={isRate} />
            </>
          )}
        />
      );
    })}
  </>
);

/** Published figures that have no result of ours beside them. They are looked up when a reader asks for them. */
export const PublishedOnly = ({ experiment, rows }: PublishedOnlyProps) => {
  const found = useSignal<readonly PublishedRow[] | null>(null);
  const look = (): void => {
    found.value ??= publishedOnly(
      experiments.find(({ name }) => name === experiment)!,
      rows,
    );
  };
  return (
    <details onToggle={look}>
      <summary>Published figures without ours</summary>
      <div class="stack">{found.value !== null && <Tables found={found.value} />}</div>
    </details>
  );
};
