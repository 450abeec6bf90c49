import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { grouped } from '../../../design/numbers.ts';
import { InTurn } from '../../../design/InTurn.tsx';
import { useTurn } from '../../../design/useTurn.ts';
import type { OpFacts } from '../tolerance.ts';
import { levelOf, showUlp } from '../ulp.ts';
import { cellOf, totalOf, type Cell, type Total } from './cell.ts';
import type { Column } from './columns.ts';
import './matrix.css';

interface MatrixProps {
  readonly columns: readonly Column[];
  /** Rows, by kinds of ops. */
  readonly sections: readonly (readonly [title: string, ops: readonly OpFacts[]])[];
  /** The address of a cell's details; without an op those of the column. */
  readonly href: (column: string, op: string) => string;
}

/** The name of a column for screen readers. */
const spoken = ({ backend, mode, place }: Column): string => [backend, ...(mode === undefined ? [] : [mode]), place].join(', ');

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

const totalText = ({ passed, failed, deviations, refusals }: Total): string => {
  if (passed + failed === 0) return 'refuses to run';
  return [
    `${grouped(passed)} checks passed`,
    failed === 0 ? [] : `${failed} failed`,
    deviations === 0 ? [] : count(deviations, 'deviation'),
    refusals === 0 ? [] : `refuses at ${count(refusals, 'place')}`,
  ]
    .flat()
    .join(', ');
};

const TotalLink = ({ total }: { readonly total: Total }) => {
  const { passed, failed, deviations, refusals } = total;
  if (passed + failed === 0) return <span class="muted">refuses</span>;
  return (
    <>
      {failed > 0 ? <span class="bad">✗ {failed}</span> : <span class="good">✓ {grouped(passed)}</span>}
      {deviations > 0 && <span class="warn"> †{deviations}</span>}
      {refusals > 0 && <small class="muted"> −{refusals}</small>}
    </>
  );
};

/** What a cell shows: its mark of failure, its figure, its mark of deviations. */
const shownParts = (cell: Cell): readonly [failed: string, figure: string, deviates: string] => {
  if (cell.kind !== 'tested') return ['', cell.kind === 'refused' ? '–' : '·', ''];
  const { worst, failures, deviations } = cell;
  const figure = worst === null ? (failures === 0 ? '✓' : '') : showUlp(worst);
  return [failures > 0 ? '✗ ' : '', figure, deviations > 0 ? '†' : ''];
};

/** The same in words. What is shown is part of it, so that a cell can be found by what is seen. */
const cellText = (cell: Cell): string => {
  const shown = shownParts(cell).join('');
  if (cell.kind === 'refused') return `${shown} the backend refuses to run`;
  if (cell.kind === 'untested') return `${shown} not tested by itself`;
  const { worst, failures, deviations } = cell;
  return [
    worst === null ? `${shown} tested, but not by an error` : `${shown} ulp, the worst error`,
    failures === 0 ? [] : count(failures, 'failed check'),
    deviations === 0 ? [] : count(deviations, 'deviation'),
  ]
    .flat()
    .join(', ');
};

const CellLink = ({ cell }: { readonly cell: Cell }) => {
  const [failed, figure, deviates] = shownParts(cell);
  return (
    <>
      {failed !== '' && <span class="bad">{failed}</span>}
      {figure}
      {deviates !== '' && <span class="warn">{deviates}</span>}
    </>
  );
};

/** Where arrow keys lead. Rows and columns are counted from 0; row 0 has the totals. */
type Move = (
  at: readonly [row: number, column: number],
  last: readonly [row: number, column: number],
) => readonly [number, number];

const moves: { readonly [key: string]: Move } = {
  ArrowUp: ([row, column]) => [row - 1, column],
  ArrowDown: ([row, column]) => [row + 1, column],
  ArrowLeft: ([row, column]) => [row, column - 1],
  ArrowRight: ([row, column]) => [row, column + 1],
  PageUp: ([row, column]) => [row - 10, column],
  PageDown: ([row, column]) => [row + 10, column],
  Home: ([row]) => [row, 0],
  End: ([row], [, column]) => [row, column],
};

const clamp = (value: number, most: number): number => Math.min(Math.max(value, 0), most);

/** Cells are found by where they stand, and by what they are about. */
const cellMarks = (row: number, column: number, columnKey: string, op: string) => ({
  'data-at': `${row},${column}`,
  'data-cell': `${columnKey} ${op}`,
});

interface OpRowProps extends Pick<MatrixProps, 'columns' | 'href'> {
  readonly facts: OpFacts;
  readonly row: number;
  /** The column of the cell that the tab key leads to; null where it is in another row. */
  readonly tabStop: number | null;
}

/** One op on every backend. */
const OpRow = ({ columns, href, facts: { op, formula, allowed }, row, tabStop }: OpRowProps) => {
  if (!useTurn()) return null;
  return (
    <tr>
      <th scope="row">
        <code>{op}</code> <span class="formula">{formula}</span>
      </th>
      <td class="allowed">{allowed}</td>
      {columns.map((column, c) => {
        const cell = cellOf(column, op);
        const level = cell.kind === 'tested' && cell.worst !== null ? levelOf(cell.worst) : 'none';
        return (
          <td key={column.key} class={`level-${level}${column.isLive ? ' live' : ''}${cell.kind === 'tested' ? '' : ' muted'}`}>
            <a
              {...cellMarks(row, c, column.key, op)}
              href={href(column.key, op)}
              tabIndex={c === tabStop ? 0 : -1}
              aria-label={`${op} on ${spoken(column)}: ${cellText(cell)}`}
            >
              <CellLink cell={cell} />
            </a>
          </td>
        );
      })}
    </tr>
  );
};

/**
 * Op × backend. One stop for the tab key; arrow keys move between cells, Enter opens one.
 */
export const Matrix = ({ columns, sections, href }: MatrixProps) => {
  const table = useRef<HTMLTableElement>(null);
  const at = useSignal<readonly [row: number, column: number]>([0, 0]);
  const ops = sections.flatMap(([, own]) => own);
  const last = [ops.length, columns.length - 1] as const;
  // Other filters may have fewer columns.
  const current = [clamp(at.value[0], last[0]), clamp(at.value[1], last[1])] as const;

  const onKeyDown = (event: KeyboardEvent): void => {
    const move = moves[event.key];
    if (move === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const [row, column] = move(current, last);
    const to = `${clamp(row, last[0])},${clamp(column, last[1])}`;
    table.current?.querySelector<HTMLElement>(`[data-at="${to}"]`)?.focus();
  };

  const onFocusIn = ({ target }: FocusEvent): void => {
    const cell = (target as HTMLElement).closest<HTMLElement>('[data-at]');
    if (cell === null) return;
    const [row, column] = cell.dataset['at']!.split(',').map(Number) as [number, number];
    at.value = [row, column];
  };

  const tabStopOf = (row: number): number | null => (row === current[0] ? current[1] : null);

  return (
    <div class="matrix-scroll">
      <table
        class="matrix"
        role="grid"
        aria-label="Worst error of each op on each backend"
        ref={table}
        onKeyDown={onKeyDown}
        onFocusIn={onFocusIn}
      >
        <thead>
          <tr>
            <th scope="col">op</th>
            <th scope="col" class="allowed">
              allowed
            </th>
            {columns.map(({ key, backend, mode, place, isLive }) => (
              <th key={key} scope="col" class={isLive ? 'live' : ''}>
                <strong>{backend}</strong>
                <span>{mode ?? ''}</span>
                <small>{place}</small>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr class="totals">
            <th scope="row">all checks</th>
            <td class="allowed" />
            {columns.map((column, c) => {
              const total = totalOf(column);
              return (
                <td key={column.key} class={column.isLive ? 'live' : ''}>
                  <a {...cellMarks(0, c, column.key, '')} href={href(column.key, '')} tabIndex={c === tabStopOf(0) ? 0 : -1}>
                    <span class="spoken">{`${spoken(column)}: ${totalText(total)}`}</span>
                    <span aria-hidden="true">
                      <TotalLink total={total} />
                    </span>
                  </a>
                </td>
              );
            })}
          </tr>
        </tbody>
        {sections.map(([title, own]) => (
          <tbody key={title}>
            <InTurn>
              <tr class="section">
                <th scope="rowgroup" colSpan={columns.length + 2}>
                  <span>{title}</span>
                </th>
              </tr>
            </InTurn>
            {own.map((facts) => {
              const row = 1 + ops.indexOf(facts);
              return <OpRow key={facts.op} columns={columns} href={href} facts={facts} row={row} tabStop={tabStopOf(row)} />;
            })}
          </tbody>
        ))}
      </table>
    </div>
  );
};
