import { isOpName, type OpName } from '@nalu/core/graph';
import { useCallback, useMemo } from 'preact/hooks';
import { Choice } from '../../design/Choices.tsx';
import { InTurn } from '../../design/InTurn.tsx';
import { Notice } from '../../design/Notice.tsx';
import './conformance.css';
import { CellDetails } from './details/CellDetails.tsx';
import { ColumnDetails } from './details/ColumnDetails.tsx';
import { conformanceLink } from './link.ts';
import { live } from './live/run.ts';
import { LiveRun } from './live/LiveRun.tsx';
import { committedColumns, families, withLive, type Column } from './matrix/columns.ts';
import { Matrix } from './matrix/Matrix.tsx';
import { committed } from './reports/committed.ts';
import { certifiedPlaces, placeTitles } from './reports/places.ts';
import type { Report } from './reports/report.ts';
import { factsOf, opSections } from './tolerance.ts';
import { levelTitles, type Level } from './ulp.ts';

const unique = (values: readonly string[]): string[] => [...new Set(values)];

const tested = (reports: readonly Report[]): ReadonlySet<string> =>
  new Set(reports.flatMap(({ result }) => ('refusal' in result ? [] : result.ops.map(({ op }) => op))));

const Legend = () => (
  <ul class="levels small muted" aria-label="Worst error, in units in the last place">
    {(Object.entries(levelTitles) as [Level, string][]).map(([level, title]) => (
      <li key={level}>
        <span class={`swatch level-${level}`} aria-hidden="true" /> {title}
      </li>
    ))}
    <li>✗ failed checks</li>
    <li>† known deviations</li>
    <li>✓ tested, but not by an error</li>
    <li>· not tested by itself</li>
    <li>−1 places where the backend refuses to run</li>
  </ul>
);

const Sources = () => {
  const ran = committed.filter(({ result }) => !('refusal' in result));
  const imitated = ran.filter(({ result }) => !('refusal' in result) && result.info.softwareAdapter);
  const days = unique(ran.map(({ date }) => date)).sort();
  return (
    <section class="stack small muted">
      <p>
        Committed reports: {committed.length} of backends, modes and places, made{' '}
        {days.length === 1 ? `on ${days[0]}` : `from ${days[0]} to ${days.at(-1)}`} by <code>npm run certify</code> on:{' '}
        {unique(ran.map(({ machine }) => machine.split(', ').slice(0, 3).join(', '))).join('; ')}.{' '}
        {unique(ran.map(({ machine }) => machine.split(', ').at(-1)!)).join(', ')}.
      </p>
      {imitated.length > 0 && (
        <p>
          In {imitated.length} of them the GPU is imitated in software (SwiftShader): arithmetic of real GPUs may differ within
          the contract.
        </p>
      )}
    </section>
  );
};

interface OpenProps {
  readonly columns: readonly Column[];
  readonly op: string;
  readonly column: string;
}

const close = (): void => {
  const { op, column } = conformanceLink.use().state;
  conformanceLink.update({ op: '', column: '' });
  document.querySelector<HTMLElement>(`[data-cell="${CSS.escape(`${column} ${op}`)}"]`)?.focus();
};

const Open = ({ columns, op, column: key }: OpenProps) => {
  if (key === '' && op === '') return null;
  const column = columns.find((each) => each.key === key);
  if (column === undefined)
    return (
      <Notice kind="problem">
        {key.startsWith('live-')
          ? 'The link names a run in another page, which nobody else has. Run the suite here to have a column of your own.'
          : `The link names a column “${key}” that is not in this table.`}
      </Notice>
    );
  if (op === '') return <ColumnDetails key={key} column={column} onClose={close} />;
  if (!isOpName(op)) return <Notice kind="problem">The link names an op “{op}” that does not exist.</Notice>;
  return <CellDetails key={`${key} ${op}`} column={column} facts={factsOf(op as OpName)} onClose={close} />;
};

/** Which backend computes which op how exactly: committed reports, and runs in this page. */
export const Conformance = () => {
  const { state, problems } = conformanceLink.use();
  const { backend, place, op, column } = state;
  // The matrix is large: it is made again only where it changes.
  const [columns, sections] = useMemo(() => {
    const here = live.value.filter((report) => backend === 'all' || report.backend === backend);
    return [withLive(committedColumns(committed, backend, place), here), opSections(tested([...committed, ...here]))];
  }, [live.value, backend, place]);
  const href = useCallback(
    (key: string, name: string) => conformanceLink.href({ backend, place, column: key, op: name }),
    [backend, place],
  );
  return (
    <>
      {problems.map((problem) => (
        <Notice key={problem} kind="problem">
          {problem}
        </Notice>
      ))}
      <p>
        Every op is compared with a reference in double precision, at special values and at random ones. The figures are the worst
        errors in units in the last place (ulp): the distance between neighbouring numbers of single precision. Sums of many terms
        are measured against the sum of the terms' sizes.
      </p>
      <InTurn>
        <LiveRun />
      </InTurn>
      <InTurn>
        <section class="stack" aria-labelledby="matrix-title">
          <h2 id="matrix-title">Op by op</h2>
          <div class="filters">
            <Choice
              legend="Package"
              options={(['all', ...families] as const).map((value) => ({ value, label: value }))}
              chosen={backend}
              onChange={(chosen) => conformanceLink.update({ backend: chosen })}
            />
            <Choice
              legend="Place"
              options={[
                { value: 'together', label: 'worst of all' },
                { value: 'apart', label: 'each apart' },
                ...certifiedPlaces.map((value) => ({ value, label: placeTitles[value] })),
              ]}
              chosen={place}
              onChange={(chosen) => conformanceLink.update({ place: chosen })}
            />
          </div>
          <Legend />
          {columns.length === 0 ? (
            <Notice kind="info">No report is of this package at this place.</Notice>
          ) : (
            <InTurn>
              <Matrix columns={columns} sections={sections} href={href} />
            </InTurn>
          )}
          <InTurn>
            <p class="small muted">Arrow keys move between cells, Enter opens one: each has its own link.</p>
          </InTurn>
        </section>
      </InTurn>
      <InTurn>
        <Sources />
      </InTurn>
      <Open columns={columns} op={op} column={column} />
    </>
  );
};
