import type { ComponentChildren } from 'preact';
import { backendNames } from '../../backends/backends.ts';
import { needs } from '../../backends/needs.ts';
import { InTurn } from '../../design/InTurn.tsx';
import { count, grouped, short, withSpread } from '../../design/numbers.ts';
import { TableScroll } from '../../design/TableScroll.tsx';
import { conformanceLink } from '../conformance/link.ts';
import { certifiedPlaces, placeTitles, type CertifiedPlace } from '../conformance/reports/places.ts';
import type { Here } from './here.ts';
import { chooseLink } from './link.ts';
import type { Row, Sort } from './rows.ts';
import { familyOf, modeOf, type Certification, type Standing } from './standing.ts';
import type { Measured } from './times.ts';

const kilobytes = (bytes: number): string => `${short(bytes / 1000)} kB`;

interface HeadProps {
  readonly sort: Sort;
  readonly children: string;
  readonly number?: boolean;
}

/** The head of a column that sorts the table; a second press turns the order around. */
const SortedHead = ({ sort, children, number = false }: HeadProps) => {
  const { state } = chooseLink.use();
  const isSorted = state.sort === sort;
  const direction = isSorted ? (state.order === 'up' ? 'ascending' : 'descending') : undefined;
  const press = (): void => chooseLink.update({ sort, order: isSorted && state.order === 'up' ? 'down' : 'up' });
  return (
    <th scope="col" class={number ? 'number' : ''} aria-sort={direction}>
      <button class="sort" type="button" onClick={press}>
        {children} <span aria-hidden="true">{direction === undefined ? '↕' : direction === 'ascending' ? '↑' : '↓'}</span>
      </button>
    </th>
  );
};

/** A mark with its meaning in words. */
const Mark = ({ looks, mark, children }: { readonly looks: string; readonly mark: string; readonly children: string }) => (
  <span class={looks} title={children}>
    <span aria-hidden="true">{mark}</span>
    <span class="spoken">{children}</span>
  </span>
);

const HereCell = ({ here }: { readonly here: Here | null }) => {
  if (here === null) return <span class="muted">…</span>;
  const { runs, tried, note, software } = here;
  return (
    <>
      {runs ? <span class="good">{tried ? 'runs' : 'should run'}</span> : <span class="bad">{tried ? 'refuses' : 'lacks'}</span>}
      {software && <strong class="small warn"> in software</strong>}
      {note !== '' && <div class="small muted note">{note}</div>}
    </>
  );
};

const StandingCell = ({ row, place }: { readonly row: Row; readonly place: CertifiedPlace }) => {
  const standing: Standing = row.standings[place];
  if (standing.kind === 'no report')
    return (
      <Mark looks="muted" mark="·">
        no report
      </Mark>
    );
  const { id } = standing.report;
  const where = placeTitles[place];
  return (
    <a class="quiet-link" href={conformanceLink.href({ place, column: id })}>
      {standing.kind === 'refuses' ? (
        <Mark looks="muted" mark="–">{`refuses in ${where}: ${standing.reason}`}</Mark>
      ) : standing.ran.failed > 0 ? (
        <Mark looks="bad" mark="✗">{`${count(standing.ran.failed, 'failed check')} in ${where}`}</Mark>
      ) : (
        <Mark looks="good" mark="✓">{`runs in ${where}`}</Mark>
      )}
    </a>
  );
};

const CertificationCell = ({ row, certification }: { readonly row: Row; readonly certification: Certification | null }) => {
  if (certification === null) return <span class="muted">no report</span>;
  const { places, shorter, checks, failed, deviations, imitated } = certification;
  const mode = modeOf(row.variant);
  // What runs generated loops is certified as the mode that chose them.
  const column = [familyOf(row.variant), ...(mode === undefined ? [] : [mode === 'fused' ? 'auto' : mode])].join('-');
  return (
    <>
      <a href={conformanceLink.href({ column })}>
        {failed > 0 ? <span class="bad">{count(failed, 'failed check')}</span> : `certified at ${count(places, 'place')}`}
        <span class="spoken"> ({row.variant.name})</span>
      </a>
      <div class="small muted">
        {grouped(checks)} checks,{' '}
        <span class={deviations > 0 ? 'warn' : ''}>{deviations === 0 ? 'no deviations' : count(deviations, 'deviation')}</span>
        {shorter > 0 && `, at ${count(shorter, 'place')} by the short suite only`}
        {imitated && ', GPU in software'}
      </div>
    </>
  );
};

/** Compare measures `js` as it comes, in none of its other modes. */
const isInCompare = ({ variant: { name } }: Row): boolean => backendNames.some((each) => each === name);

const TimeCell = ({ row, measured }: { readonly row: Row; readonly measured: Measured | null }): ComponentChildren => {
  if (!isInCompare(row)) return <span class="muted">see js</span>;
  if (measured === null) return <span class="muted">not measured</span>;
  const { status, reason, medianMicroseconds, spreadMicroseconds, software } = measured.record;
  if (status === 'wrong') return <strong class="bad">WRONG</strong>;
  if (medianMicroseconds === null)
    return (
      <span class="muted">
        n/a<span class="small note">: {reason}</span>
      </span>
    );
  return (
    <span title={measured.run.name}>
      {withSpread(medianMicroseconds, spreadMicroseconds ?? 0)}
      {software && <strong class="small warn"> in software</strong>}
    </span>
  );
};

const NeedsCell = ({ row: { variant } }: { readonly row: Row }) => {
  if (variant.needs.length === 0) return <span class="muted">nothing</span>;
  return (
    <>
      {variant.needs.map((need) => (
        <div key={need}>
          {needs[need].title}
          {needs[need].source !== null && (
            <div class="small muted">
              policy: <code>{needs[need].source}</code>
            </div>
          )}
        </div>
      ))}
    </>
  );
};

interface VariantTableProps {
  readonly rows: readonly Row[];
  readonly pick: string;
  /** Whether the machine that serves the page has measured something. */
  readonly hasServed: boolean;
}

/** A row for every backend in every mode; one of them is chosen. */
export const VariantTable = ({ rows, pick, hasServed }: VariantTableProps) => (
  <TableScroll label="Backends">
    <table class="variants">
      <thead>
        <tr>
          <SortedHead sort="needs">backend</SortedHead>
          <th scope="col">here</th>
          {certifiedPlaces.map((place) => (
            <th key={place} scope="col" class="place">
              {placeTitles[place]}
            </th>
          ))}
          <SortedHead sort="load" number>
            loads
          </SortedHead>
          <th scope="col">needs</th>
          <th scope="col">conformance</th>
          <SortedHead sort="page" number>
            here, µs
          </SortedHead>
          {hasServed && (
            <SortedHead sort="served" number>
              Node here, µs
            </SortedHead>
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <InTurn key={row.variant.name}>
            <tr class={row.variant.name === pick ? 'picked' : ''}>
              <th scope="row">
                <label>
                  <input
                    type="radio"
                    name="variant"
                    checked={row.variant.name === pick}
                    onChange={() => chooseLink.update({ pick: row.variant.name })}
                  />{' '}
                  <code>{row.variant.name}</code>
                  <div class="small muted note">{row.variant.title}</div>
                </label>
              </th>
              <td class="here">
                <HereCell here={row.here} />
              </td>
              {certifiedPlaces.map((place) => (
                <td key={place} class="place">
                  <StandingCell row={row} place={place} />
                </td>
              ))}
              <td class="number">
                {kilobytes(row.load.start)}
                {row.load.later > 0 && <div class="small muted">later {kilobytes(row.load.later)}</div>}
              </td>
              <td class="needs">
                <NeedsCell row={row} />
              </td>
              <td class="conformance">
                <CertificationCell row={row} certification={row.certification} />
              </td>
              <td class="number">
                <TimeCell row={row} measured={row.page} />
              </td>
              {hasServed && (
                <td class="number">
                  <TimeCell row={row} measured={row.served} />
                </td>
              )}
            </tr>
          </InTurn>
        ))}
      </tbody>
    </table>
  </TableScroll>
);
