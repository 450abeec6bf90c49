import type { ComponentChildren } from 'preact';
import { InTurn } from '../../design/InTurn.tsx';
import { TableScroll } from '../../design/TableScroll.tsx';
import type { Labelled, Panel } from './panels.ts';
import { TrackAxis, type Axis } from './Track.tsx';

interface PanelTableProps<R extends Labelled> {
  readonly panel: Panel<R>;
  /** Names the table for screen readers, where it has no title. */
  readonly label: string;
  readonly axis: Axis;
  readonly cell: (row: R) => ComponentChildren;
}

/** Figure and table in one: a row per network, a column per task. */
export const PanelTable = <R extends Labelled>({ panel, label, axis, cell }: PanelTableProps<R>) => {
  const { title, modules, tasks, rowOf } = panel;
  return (
    <section class="stack">
      {title !== '' && <h4>{title}</h4>}
      <TableScroll label={`${label}${title === '' ? '' : `: ${title}`}`}>
        <table class="results">
          <thead>
            <tr>
              <th scope="col">network</th>
              {tasks.map((task) => (
                <th key={task} scope="col">
                  {task}
                  <TrackAxis axis={axis} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {modules.map((module) => (
              <InTurn key={module}>
                <tr>
                  <th scope="row">{module}</th>
                  {tasks.map((task) => {
                    const row = rowOf(module, task);
                    return (
                      <td key={task} class="result">
                        {row !== undefined && cell(row)}
                      </td>
                    );
                  })}
                </tr>
              </InTurn>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
};
