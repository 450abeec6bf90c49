import { short } from '../../design/numbers.ts';
import { TableScroll } from '../../design/TableScroll.tsx';
import type { Certainty, ResultRow } from './document.ts';
import type { Panel } from './panels.ts';
import { rateAxis, scoreAxis, Track, type Axis } from './Track.tsx';

/** `~`: read off a figure or said in an abstract; `?`: not from the authors. */
export const marks: { readonly [C in Certainty]: string } = {
  certain: '',
  computed: '',
  figure: '~',
  abstract: '~',
  secondary: '?',
  unverified: '?',
};

const percent = (share: number): string => `${Number((100 * share).toFixed(1))}`;

const oursText = ({ successes, runs, successRate, interval, score }: ResultRow): string =>
  successes === null
    ? short(score)
    : `${percent(successRate!)} % (${percent(interval![0])}–${percent(interval![1])}), ${successes}/${runs}`;

const publishedText = ({ published, certainty, successes }: ResultRow): string => {
  if (published === null || certainty === null) return '';
  return `${marks[certainty]}${successes === null ? short(published) : `${percent(published)} %`}`;
};

const ResultCell = ({ row, axis }: { readonly row: ResultRow; readonly axis: Axis }) => {
  const published = publishedText(row);
  return (
    <td class="result">
      <Track row={row} axis={axis} />
      <span>{oursText(row)}</span>
      {published !== '' && (
        <span class="small said">
          published {published} <span class="spoken">({row.certainty})</span>
        </span>
      )}
    </td>
  );
};

/** Figure and table in one: a row per network, a column per task. */
export const PanelTable = ({ panel, part }: { readonly panel: Panel; readonly part: number }) => {
  const { title, modules, tasks, rowOf, rows } = panel;
  const axis = rows.some(({ successes }) => successes !== null)
    ? rateAxis
    : scoreAxis(rows.flatMap(({ score, published }) => (published === null ? [score] : [score, published])));
  return (
    <section class="stack">
      {title !== '' && <h3>{title}</h3>}
      <TableScroll label={`Table of part ${part}${title === '' ? '' : `: ${title}`}`}>
        <table class="results">
          <thead>
            <tr>
              <th scope="col">network</th>
              {tasks.map((task) => (
                <th key={task} scope="col">
                  {task}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {modules.map((module) => (
              <tr key={module}>
                <th scope="row">{module}</th>
                {tasks.map((task) => {
                  const row = rowOf(module, task);
                  return row === undefined ? <td key={task} /> : <ResultCell key={task} row={row} axis={axis} />;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
};
